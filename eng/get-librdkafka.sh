#!/usr/bin/env bash
# Sees to it that the NuGet package librdkafka.redist, the native library under Confluent.Kafka, can be restored.
# Where the NuGet source that is set up has it, nothing happens. Where it does not, the package is made here: librdkafka is built
# from the source that npm's @confluentinc/kafka-javascript carries, and packed into .deps/nuget, a folder that
# Directory.Build.props adds to the sources as soon as the package lies in it.
set -euo pipefail

ID=librdkafka.redist
VERSION=2.15.1
SOURCE_PACKAGE='@confluentinc/kafka-javascript'
SOURCE_VERSION=1.10.1
# SHA-512 of the npm package as published (dist.integrity, here in hexadecimal).
SHA512=29578f5019f6d44a8254ff667f1cc4b8cdd26091c7105ed7fa2882d9ee374108034b211a92c2279821a8a13df0e6af9c340764482acaef58f42027eaa12a992f
BUILD_PACKAGES=(gcc g++ make libssl-dev libsasl2-dev zlib1g-dev libzstd-dev libcurl4-openssl-dev)
RUN_LIBRARIES=(libssl.so.3 libsasl2.so.2 libzstd.so.1 libcurl.so.4)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
feed="$root/.deps/nuget"
package="$feed/$ID.$VERSION.nupkg"
restored="${NUGET_PACKAGES:-$HOME/.nuget/packages}/$ID/$VERSION"

[ -s "$package" ] && exit 0
[ -s "$restored/$ID.nuspec" ] && exit 0

. "$root/eng/say.sh"
. "$root/eng/network.sh"
. "$root/eng/npm.sh"

mkdir -p "$feed" 2>/dev/null || fail "the folder $feed cannot be made" "Check the permissions of the repository's folder."
work=$(mktemp -d "$root/.deps/librdkafka.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Restores the package as the build would, but alone: the repository's own settings are kept out.
try_restore() {
  mkdir -p "$work/probe"
  for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
    echo '<Project />' >"$work/probe/$file"
  done
  cat >"$work/probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RestoreAdditionalProjectSources>${1:-}</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="$ID" Version="[$VERSION]" />
  </ItemGroup>
</Project>
XML
  dotnet restore "$work/probe/probe.csproj" --nologo -nodeReuse:false >"$work/restore.log" 2>&1
}

# Whether the source has the package, or says that it has not: anything else is a fault on the way there.
has_package=false
ask_source() {
  try_restore && has_package=true || grep -qE 'NU110[123]' "$work/restore.log"
}

again ask_source || {
  tail -n 5 "$work/restore.log" >&2
  fail "NuGet could not be asked for $ID $VERSION" "Check the network and the sources ('dotnet nuget list source'), then run this again."
}
! $has_package || exit 0

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
  fail "the NuGet source has no $ID $VERSION, and it can be built here for Linux on x86-64 only (this is $(uname -s) on $(uname -m))" \
    "Add a NuGet source that has the package ('dotnet nuget add source URL')."

missing=()
for name in "${BUILD_PACKAGES[@]}"; do
  dpkg -s "$name" >/dev/null 2>&1 || missing+=("$name")
done
command -v npm >/dev/null 2>&1 || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  say "the NuGet source has no $ID $VERSION; installing what it takes to build it: ${missing[*]} …"
  install_packages "${missing[@]}"
fi

say "fetching the source of librdkafka $VERSION …"
fetch_package "$SOURCE_PACKAGE" "$SOURCE_VERSION" "$work"
archive=$(echo "$work"/*.tgz)
printf '%s  %s\n' "$SHA512" "$archive" | sha512sum --check --status ||
  fail "what was fetched is not $SOURCE_PACKAGE $SOURCE_VERSION: its SHA-512 is another" "Run this again; if it stays so, the registry delivers something else, and it must not be used."
mkdir "$work/source"
tar -xzf "$archive" -C "$work/source" --strip-components=3 package/deps/librdkafka ||
  fail "the package could not be unpacked" "Check the free space in $root, then run this again."

say "building librdkafka $VERSION (about half a minute) …"
(cd "$work/source" &&
  ./configure --enable-ssl --enable-gssapi --enable-zstd --enable-curl --disable-debug-symbols &&
  make -C src -j"$(nproc)" librdkafka.so.1) >"$work/build.log" 2>&1 || {
  tail -n 15 "$work/build.log" >&2
  fail "librdkafka could not be built" "The compiler's last words are above."
}
for library in "${RUN_LIBRARIES[@]}"; do
  ldd "$work/source/src/librdkafka.so.1" | grep -q "$library" ||
    fail "librdkafka was built without $library, so that it lacks TLS, SASL, zstd or OAuth" "Install ${BUILD_PACKAGES[*]}, then run this again."
done

content="$work/content"
mkdir -p "$content/runtimes/linux-x64/native"
cp "$work/source/src/librdkafka.so.1" "$content/runtimes/linux-x64/native/librdkafka.so"
strip --strip-unneeded "$content/runtimes/linux-x64/native/librdkafka.so"
cp "$work/source/LICENSES.txt" "$content/LICENSES.txt"
cat >"$content/$ID.nuspec" <<XML
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>$ID</id>
    <version>$VERSION</version>
    <authors>the authors of librdkafka</authors>
    <license type="file">LICENSES.txt</license>
    <projectUrl>https://github.com/confluentinc/librdkafka</projectUrl>
    <description>librdkafka $VERSION for Linux on x86-64, built by Oddswire from its published source where the NuGet source lacks the package.</description>
  </metadata>
  <files>
    <file src="runtimes/**" target="runtimes" />
    <file src="LICENSES.txt" target="" />
  </files>
</package>
XML
(cd "$content" && dotnet pack "$ID.nuspec" --nologo --output "$work/packed") >"$work/pack.log" 2>&1 || {
  tail -n 5 "$work/pack.log" >&2
  fail "the package could not be packed" "The message is above."
}
mv -f "$work/packed/$ID.$VERSION.nupkg" "$package"
try_restore "$feed" || {
  tail -n 5 "$work/restore.log" >&2
  fail "the package that was made cannot be restored" "The message is above."
}
say "librdkafka $VERSION is in $feed"
