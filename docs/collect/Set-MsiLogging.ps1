#requires -Version 5.1
<#
.SYNOPSIS
Lets every installation of this computer write a verbose log, or lets that be.

.DESCRIPTION
Sets the policy "Logging" of Windows Installer, as a group policy does. Each run then writes MSI*.LOG into
the temporary folder of whoever runs it. Logs cost time and room: switch it off again with -Off.

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy Bypass -File Set-MsiLogging.ps1
#>
[CmdletBinding()]
param([switch]$Off)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$key = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\Installer'
try {
    if ($Off) {
        if (Test-Path -LiteralPath $key) {
            Remove-ItemProperty -LiteralPath $key -Name 'Logging' -ErrorAction SilentlyContinue
        }
        Write-Output 'installations write logs only where they are told to'
        exit 0
    }
    if (-not (Test-Path -LiteralPath $key)) { $null = New-Item -Path $key -Force }
    $null = New-ItemProperty -LiteralPath $key -Name 'Logging' -Value 'voicewarmupx' -PropertyType String -Force
    Write-Output 'every installation writes a verbose log'
    exit 0
} catch {
    Write-Output ('failed: {0}' -f $_.Exception.Message)
    exit 1
}
