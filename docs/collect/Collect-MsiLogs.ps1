#requires -Version 5.1
<#
.SYNOPSIS
Puts the logs of installations of this computer into one zip file.

.DESCRIPTION
Takes the logs of the last days from the temporary folders of Windows and of all users, and from the
folders of Intune and Configuration Manager. What another program has open is copied as far as it is
written. Nothing is changed or deleted; the zip file is the only thing that is left.
Run it as an administrator or as SYSTEM: others see only their own logs.

.PARAMETER Destination
A folder for the zip file, also \\server\share. Without it: the folder of Intune's own logs where there
is one, which "Collect diagnostics" takes along, else C:\ProgramData\msilog.

.PARAMETER Days
Only logs that were written in the last days.

.PARAMETER Folder
More folders with logs.

.PARAMETER MaxMegabytes
The newest logs are taken until they have this size together.

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy Bypass -File Collect-MsiLogs.ps1 -Destination \\server\logs
#>
[CmdletBinding()]
param(
    [string]$Destination = '',
    [int]$Days = 7,
    [string[]]$Folder = @(),
    [int]$MaxMegabytes = 200
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# A log that msiexec still writes can only be read by those who let it write on.
function Copy-SharedFile([string]$From, [string]$To) {
    $share = [System.IO.FileShare]::ReadWrite -bor [System.IO.FileShare]::Delete
    $in = New-Object System.IO.FileStream -ArgumentList $From, 'Open', 'Read', $share
    try {
        $out = [System.IO.File]::Create($To)
        try { $in.CopyTo($out) } finally { $out.Dispose() }
    } finally { $in.Dispose() }
}

function Find-Log([string[]]$Places, [datetime]$Since) {
    $names = '*.log', '*-MSI*.txt', '*Setup_*.html'
    foreach ($place in $Places) {
        if (-not (Test-Path -LiteralPath $place -PathType Container)) { continue }
        Get-ChildItem -LiteralPath $place -Recurse -Depth 2 -File -Force -ErrorAction SilentlyContinue |
            Where-Object {
                $file = $_
                $fits = @($names | Where-Object { $file.Name -like $_ })
                $fits.Count -gt 0 -and $file.Length -gt 0 -and $file.LastWriteTime -ge $Since
            }
    }
}

$status = 0
try {
    $data = $env:ProgramData
    $intune = Join-Path $data 'Microsoft\IntuneManagementExtension\Logs'
    if ($Destination -eq '') {
        $Destination = Join-Path $data 'msilog'
        if (Test-Path -LiteralPath $intune -PathType Container) { $Destination = $intune }
    }
    $profiles = Split-Path -Parent $env:PUBLIC
    $places = @((Join-Path $env:windir 'Temp'), $intune, (Join-Path $env:windir 'CCM\Logs'))
    $users = @(Get-ChildItem -LiteralPath $profiles -Directory -Force -ErrorAction SilentlyContinue)
    $places += @($users | ForEach-Object { Join-Path $_.FullName 'AppData\Local\Temp' })
    $places += $Folder

    $logs = @(Find-Log -Places $places -Since (Get-Date).AddDays(-$Days) |
            Sort-Object -Property LastWriteTime -Descending)
    $stamp = Get-Date -Format 'yyyyMMdd-HHmmss'
    $name = '{0}_{1}' -f $env:COMPUTERNAME, $stamp
    $staging = Join-Path ([System.IO.Path]::GetTempPath()) ('msilog-' + [guid]::NewGuid())
    $room = [int64]$MaxMegabytes * 1048576
    $taken = 0
    $left = 0
    try {
        foreach ($log in $logs) {
            if ($log.Length -gt $room) { $left++; continue }
            # The path tells whose log it is.
            $below = $log.FullName -replace '^[A-Za-z]:\\', '' -replace '^\\\\', ''
            $copy = Join-Path $staging $below
            try {
                $null = New-Item -ItemType Directory -Force -Path (Split-Path -Parent $copy)
                Copy-SharedFile -From $log.FullName -To $copy
                $room -= $log.Length
                $taken++
            } catch { $left++ }
        }
        # One line: Intune and Configuration Manager show no more.
        $said = '{0}: no log of the last {1} days' -f $env:COMPUTERNAME, $Days
        if ($taken -gt 0) {
            $null = New-Item -ItemType Directory -Force -Path $Destination
            $zip = Join-Path $Destination ($name + '.zip')
            Compress-Archive -Path (Join-Path $staging '*') -DestinationPath $zip
            $said = '{0}: {1} logs in {2}, {3} left out' -f $env:COMPUTERNAME, $taken, $zip, $left
        }
    } finally {
        Remove-Item -LiteralPath $staging -Recurse -Force -ErrorAction SilentlyContinue
    }
} catch {
    $said = '{0}: failed: {1}' -f $env:COMPUTERNAME, $_.Exception.Message
    $status = 1
}
Write-Output $said
# In a remote session there is nothing to exit but the session itself.
if (-not (Test-Path -LiteralPath 'variable:PSSenderInfo')) { exit $status }
