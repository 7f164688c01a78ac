# Objects from msilog, for Windows PowerShell 5.1 and PowerShell 7. The program does the work; it is
# looked for beside this module, in MSILOG_EXE and on the path. ASCII only: 5.1 reads scripts without a
# byte order mark in the code page of the system.

Set-StrictMode -Version 2.0

function Find-MsiLogProgram {
    $candidates = @()
    if ($env:MSILOG_EXE) { $candidates += $env:MSILOG_EXE }
    $candidates += (Join-Path $PSScriptRoot 'msilog.exe')
    foreach ($candidate in $candidates) {
        if (Test-Path -LiteralPath $candidate -PathType Leaf) { return $candidate }
    }
    $command = Get-Command -Name 'msilog' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($command) { return $command.Source }
    throw 'msilog is not on the path. Put msilog.exe beside this module, or set MSILOG_EXE to its path.'
}

# Runs the program. Gives each line of its output as it comes; what it says on standard error becomes
# warnings. Its output is UTF-8 whatever the code page of the console is.
function Invoke-MsiLogProgram {
    param([string[]] $ArgumentList)
    $program = Find-MsiLogProgram
    $before = [Console]::OutputEncoding
    $preference = $ErrorActionPreference
    try {
        [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
        # With Stop, a line on standard error would end the pipeline in 5.1.
        $ErrorActionPreference = 'Continue'
        & $program @ArgumentList 2>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord]) {
                Write-Warning ($_.ToString())
            } else {
                $_
            }
        }
    } finally {
        $ErrorActionPreference = $preference
        [Console]::OutputEncoding = $before
    }
}

# The session that a log is judged by: as msilog itself judges, the last outermost one that failed, else
# one with a failure in sight, else the last.
function Select-MsiLogSession {
    param($Report)
    $outermost = @($Report.sessions | Where-Object { $null -eq $_.parent })
    $failed = @($outermost | Where-Object { $_.outcome -eq 'failed' -or $_.outcome -eq 'cancelled' })
    if ($failed.Count -gt 0) { return $failed[-1] }
    $told = @($outermost | Where-Object { $null -ne $_.failure })
    if ($told.Count -gt 0) { return $told[-1] }
    if ($outermost.Count -gt 0) { return $outermost[-1] }
    return $null
}

function ConvertTo-MsiLogReport {
    param([string] $Line)
    $report = ConvertFrom-Json -InputObject $Line
    $session = Select-MsiLogSession $report
    $failure = $null
    $cause = $null
    $remedy = $null
    if ($session) { $failure = $session.failure }
    if ($failure) {
        $cause = $failure.cause
        $remedy = @($failure.remedies) | Select-Object -First 1
    }
    $started = $null
    if ($session -and $session.started) { $started = [datetime] $session.started }
    [PSCustomObject] @{
        PSTypeName  = 'MsiLog.Report'
        Path        = $report.path
        Kind        = $report.kind
        Outcome     = $(if ($session) { $session.outcome } else { 'unrecognised' })
        Product     = $(if ($session) { $session.product.name })
        Version     = $(if ($session) { $session.product.version })
        ProductCode = $(if ($session) { $session.product.code })
        Computer    = $(if ($session) { $session.machine.name })
        Started     = $started
        ExitCode    = $(if ($session) { $session.exit_code })
        Action      = $(if ($failure) { $failure.action })
        Signature   = $(if ($failure) { $failure.signature })
        Line        = $(if ($cause) { $cause.line })
        Cause       = $(if ($cause) { if ($cause.explanation) { $cause.explanation } else { $cause.text } })
        Confidence  = $(if ($cause) { $cause.confidence })
        Remedy      = $(if ($remedy) { $remedy.title })
        Steps       = $(if ($remedy) { @($remedy.steps) } else { @() })
        Commands    = $(if ($remedy) { @($remedy.commands) } else { @() })
        Report      = $report
    }
}

function Get-MsiLogReport {
    <#
    .SYNOPSIS
    Reads Windows Installer logs and says of each how it ended and why.
    .DESCRIPTION
    Takes log files, folders and archives (zip, cab, tar, gz, zst, 7z). Gives one object a log, with the
    whole report in its property Report. Nothing leaves the machine.
    .PARAMETER Path
    Logs, folders, archives. Files come through the pipeline, too.
    .PARAMETER Redact
    Replaces names of people and machines, addresses, keys and passwords.
    .PARAMETER OnlyFailed
    Leaves out logs of installations that worked.
    .PARAMETER Rules
    Files with remedies of your own.
    .EXAMPLE
    Get-MsiLogReport C:\Windows\Temp | Where-Object Outcome -eq failed | Format-List
    .EXAMPLE
    Get-ChildItem \\server\logs -Recurse -Filter *.log | Get-MsiLogReport | Group-Object Signature | Sort-Object Count -Descending
    #>
    [CmdletBinding()]
    [OutputType('MsiLog.Report')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('FullName', 'PSPath', 'LiteralPath')]
        [ValidateNotNullOrEmpty()]
        [string[]] $Path,
        [switch] $Redact,
        [switch] $OnlyFailed,
        [string[]] $Rules
    )
    begin {
        $all = New-Object System.Collections.Generic.List[string]
    }
    process {
        foreach ($one in $Path) {
            $all.Add((Convert-Path -LiteralPath $one))
        }
    }
    end {
        if ($all.Count -eq 0) { return }
        # A list of any length, and names with any letters, go by way of a file.
        $list = [System.IO.Path]::GetTempFileName()
        try {
            [System.IO.File]::WriteAllLines($list, $all, (New-Object System.Text.UTF8Encoding $false))
            $arguments = @('--format', 'ndjson', '--exit-zero', '--progress', 'never', '--files-from', $list)
            if ($Redact) { $arguments += '--redact' }
            if ($OnlyFailed) { $arguments += '--only-failed' }
            foreach ($file in @($Rules)) { if ($file) { $arguments += @('--rules', (Convert-Path -LiteralPath $file)) } }
            Invoke-MsiLogProgram $arguments | Where-Object { $_ } | ForEach-Object { ConvertTo-MsiLogReport $_ }
        } finally {
            Remove-Item -LiteralPath $list -ErrorAction SilentlyContinue
        }
    }
}

function Get-MsiLogFailure {
    <#
    .SYNOPSIS
    Gives the installations that failed, with cause and remedy.
    .DESCRIPTION
    As Get-MsiLogReport, without what worked. The objects have PSTypeName MsiLog.Failure and show as a list
    of log, product, cause and remedy.
    .EXAMPLE
    Get-MsiLogFailure $env:TEMP
    .EXAMPLE
    Invoke-Command -ComputerName (Get-Content pcs.txt) { Get-Item C:\Windows\Temp\MSI*.LOG } | Get-MsiLogFailure
    #>
    [CmdletBinding()]
    [OutputType('MsiLog.Failure')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('FullName', 'PSPath', 'LiteralPath')]
        [ValidateNotNullOrEmpty()]
        [string[]] $Path,
        [switch] $Redact,
        [string[]] $Rules
    )
    begin { $all = New-Object System.Collections.Generic.List[string] }
    process { foreach ($one in $Path) { $all.Add($one) } }
    end {
        if ($all.Count -eq 0) { return }
        Get-MsiLogReport -Path $all.ToArray() -OnlyFailed -Redact:$Redact -Rules $Rules |
            Where-Object { $_.Signature } |
            ForEach-Object {
                $_.PSObject.TypeNames.Insert(0, 'MsiLog.Failure')
                $_
            }
    }
}

function Invoke-MsiLogRedaction {
    <#
    .SYNOPSIS
    Writes logs again without names of people and machines, addresses, keys and passwords.
    .PARAMETER Path
    Logs, folders, archives.
    .PARAMETER Destination
    The folder for the copies; the originals stay as they are.
    .PARAMETER Force
    Replaces copies of an earlier time.
    .EXAMPLE
    Invoke-MsiLogRedaction C:\Logs -Destination C:\ForVendor
    #>
    [CmdletBinding(SupportsShouldProcess = $true)]
    [OutputType([System.IO.FileInfo])]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('FullName', 'PSPath', 'LiteralPath')]
        [string[]] $Path,
        [Parameter(Mandatory = $true)]
        [string] $Destination,
        [switch] $Force
    )
    begin { $all = New-Object System.Collections.Generic.List[string] }
    process { foreach ($one in $Path) { $all.Add((Convert-Path -LiteralPath $one)) } }
    end {
        $target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Destination)
        if (-not $PSCmdlet.ShouldProcess($target, 'Write redacted logs')) { return }
        $arguments = @('redact', '-O', $target)
        if ($Force) { $arguments += '--force' }
        Invoke-MsiLogProgram ($arguments + $all.ToArray()) | Out-Null
        Get-ChildItem -LiteralPath $target -Recurse -File -ErrorAction SilentlyContinue
    }
}

function Resolve-MsiCode {
    <#
    .SYNOPSIS
    Says what exit codes, HRESULTs, messages, GUIDs, KB articles, actions and lines of a log mean.
    .EXAMPLE
    Resolve-MsiCode 1603, 0x80070643
    .EXAMPLE
    'error 1935', 'KB976982' | Resolve-MsiCode | Select-Object -ExpandProperty Explanations
    #>
    [CmdletBinding()]
    [OutputType('MsiLog.Explanation')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
        [ValidateNotNullOrEmpty()]
        [string[]] $Code
    )
    process {
        foreach ($one in $Code) {
            Invoke-MsiLogProgram @('explain', '--format', 'ndjson', $one) | Where-Object { $_ } | ForEach-Object {
                $found = ConvertFrom-Json -InputObject $_
                [PSCustomObject] @{
                    PSTypeName   = 'MsiLog.Explanation'
                    Code         = $found.term
                    Known        = $found.known
                    Explanations = @($found.explanations)
                    Suggestions  = @($found.suggestions)
                }
            }
        }
    }
}

Export-ModuleMember -Function 'Get-MsiLogReport', 'Get-MsiLogFailure', 'Invoke-MsiLogRedaction', 'Resolve-MsiCode'
