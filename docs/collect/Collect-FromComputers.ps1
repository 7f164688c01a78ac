#requires -Version 5.1
<#
.SYNOPSIS
Collects the logs of many computers by PowerShell remoting, into one folder.

.DESCRIPTION
Runs Collect-MsiLogs.ps1, which lies beside this script, on all computers at once, and fetches the zip
files through the same connection: no share is needed. What could not be reached is named at the end.

.EXAMPLE
.\Collect-FromComputers.ps1 -ComputerName (Get-Content computers.txt) -Destination C:\Logs
msilog C:\Logs
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)]
    [string[]]$ComputerName,
    [Parameter(Mandatory = $true)]
    [string]$Destination,
    [int]$Days = 7,
    [System.Management.Automation.PSCredential]$Credential = $null
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$names = @($ComputerName | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' } | Sort-Object -Unique)
$null = New-Item -ItemType Directory -Force -Path $Destination
$with = @{ ComputerName = $names; ErrorAction = 'SilentlyContinue' }
if ($null -ne $Credential) { $with['Credential'] = $Credential }
$sessions = @(New-PSSession @with)
$collector = Join-Path $PSScriptRoot 'Collect-MsiLogs.ps1'
$failed = @($names | Where-Object { @($sessions | ForEach-Object { $_.ComputerName }) -notcontains $_ })

try {
    # The folder is the same everywhere, so that it is known where the zip files lie.
    $remote = 'C:\ProgramData\msilog\collect'
    if ($sessions.Count -gt 0) {
        Invoke-Command -Session $sessions -FilePath $collector -ArgumentList $remote, $Days -ErrorAction Continue |
            ForEach-Object { Write-Output ([string]$_) }
    }
    foreach ($session in $sessions) {
        try {
            $zips = @(Invoke-Command -Session $session -ScriptBlock {
                    Get-ChildItem -Path 'C:\ProgramData\msilog\collect\*.zip' -ErrorAction SilentlyContinue |
                        ForEach-Object { $_.FullName }
                })
            foreach ($zip in $zips) {
                Copy-Item -FromSession $session -LiteralPath $zip -Destination $Destination
                Invoke-Command -Session $session -ArgumentList $zip -ScriptBlock {
                    param($done)
                    Remove-Item -LiteralPath $done
                }
            }
        } catch {
            $failed += $session.ComputerName
            Write-Warning ('{0}: {1}' -f $session.ComputerName, $_.Exception.Message)
        }
    }
} finally {
    $sessions | Remove-PSSession
}

if ($failed.Count -gt 0) {
    Write-Warning ('not reached: ' + ($failed -join ', '))
    exit 1
}
exit 0
