#requires -Version 5.1
<#
.SYNOPSIS
Says whether an installation failed lately: the detection script of an Intune remediation.

.DESCRIPTION
Reads what Windows Installer wrote into the event log Application. Exit code 1 where an installation
failed, so that the remediation script runs; 0 where none did. The line that it writes is shown in Intune.
#>
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# 1033 installed, 1034 removed, 1035 changed; the fourth text of each is the exit code.
$days = 1
$good = @(0, 3010, 1641)
try {
    $filter = @{
        LogName      = 'Application'
        ProviderName = 'MsiInstaller'
        Id           = 1033, 1034, 1035
        StartTime    = (Get-Date).AddDays(-$days)
    }
    # No event at all is an error to this command, and good news here.
    $events = @(Get-WinEvent -FilterHashtable $filter -ErrorAction SilentlyContinue)
    $failed = @($events | Where-Object {
            $code = $null
            if ($_.Properties.Count -gt 3) { $code = $_.Properties[3].Value -as [int] }
            $null -ne $code -and $good -notcontains $code
        })
    if ($failed.Count -eq 0) {
        Write-Output 'no installation failed'
        exit 0
    }
    $named = $failed | Select-Object -First 5 | ForEach-Object {
        '{0} {1}: {2}' -f $_.Properties[0].Value, $_.Properties[1].Value, $_.Properties[3].Value
    }
    $text = '{0} failed: {1}' -f $failed.Count, ($named -join '; ')
    # Intune shows 2048 letters.
    Write-Output $text.Substring(0, [Math]::Min($text.Length, 2000))
    exit 1
} catch {
    Write-Output ('not known: {0}' -f $_.Exception.Message)
    exit 0
}
