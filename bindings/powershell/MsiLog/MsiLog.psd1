@{
    RootModule        = 'MsiLog.psm1'
    ModuleVersion     = '0.1.0'
    GUID              = '5b0c6a0e-4e0f-4c1a-9d0e-0c6a4f3f8a21'
    Author            = 'The msilog authors'
    Copyright         = '(c) The msilog authors. MIT or Apache-2.0.'
    Description       = 'Says why Windows Installer (MSI) installations failed and what fixes it: objects from msilog, for pipelines.'
    PowerShellVersion = '5.1'
    FormatsToProcess  = @('MsiLog.format.ps1xml')
    FunctionsToExport = @('Get-MsiLogReport', 'Get-MsiLogFailure', 'Invoke-MsiLogRedaction', 'Resolve-MsiCode')
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
    PrivateData       = @{
        PSData = @{
            Tags = @('MSI', 'WindowsInstaller', 'Log', 'Deployment')
        }
    }
}
