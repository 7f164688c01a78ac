$ErrorActionPreference = 'Stop'
Install-ChocolateyZipPackage `
  -PackageName 'msilog' `
  -Url64bit '@DOWNLOADS@/@WINDOWS_ZIP@' `
  -Checksum64 '@WINDOWS_SHA256@' `
  -ChecksumType64 'sha256' `
  -UnzipLocation (Split-Path -Parent $MyInvocation.MyCommand.Definition)
