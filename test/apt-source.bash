# SPDX-License-Identifier: MIT
# Sourced by what needs a suite that the machine's own apt sources do not name yet.

# Prints "URI<tab>signed-by" of the source that serves the release itself, from deb822 and old files.
release_source() {
  local codename=$1 file
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    awk -v code="$codename" '
      function flush() {
        if (types ~ /(^| )deb( |$)/ && (" " suites " ") ~ (" " code " ") && tolower(enabled) != "no")
          { split(uris, u, " "); print u[1] "\t" key }
        types = uris = suites = key = enabled = ""
      }
      /^[[:space:]]*$/ { flush(); next }
      /^#/ { next }
      tolower($1) == "types:" { $1 = ""; types = substr($0, 2) }
      tolower($1) == "uris:" { $1 = ""; uris = substr($0, 2) }
      tolower($1) == "suites:" { $1 = ""; suites = substr($0, 2) }
      tolower($1) == "signed-by:" { key = $2 }
      tolower($1) == "enabled:" { enabled = $2 }
      END { flush() }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -e "$file" ] || continue
    awk -v code="$codename" '
      $1 == "deb" {
        key = ""; i = 2
        if ($2 ~ /^\[/) {
          for (; i <= NF; i++) {
            option = $i; gsub(/[][]/, "", option)
            if (option ~ /^signed-by=/) key = substr(option, 11)
            if ($i ~ /\]$/) break
          }
          i++
        }
        if ($(i + 1) == code) print $i "\t" key
      }' "$file"
  done
}
