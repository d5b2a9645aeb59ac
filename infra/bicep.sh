#!/usr/bin/env bash
# Runs the Bicep compiler that comes as a NuGet package (offline once restored): infra/bicep.sh build infra/main.bicep --stdout
set -euo pipefail
version=0.49.2
folder=${NUGET_PACKAGES:-$HOME/.nuget/packages}/azure.bicep.commandline.linux-x64/$version
if [ ! -e "$folder/tools/bicep" ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cat >"$scratch/tool.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.linux-x64" Version="[$version]" /></ItemGroup>
</Project>
XML
  dotnet restore "$scratch/tool.csproj" --verbosity quiet >&2
fi
chmod +x "$folder/tools/bicep" 2>/dev/null || true
exec "$folder/tools/bicep" "$@"
