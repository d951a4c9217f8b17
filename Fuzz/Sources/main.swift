import FXKit

// `fxfuzz TARGET [options and folders of libFuzzer]`, or `fxfuzz --seeds TARGET FIXTURES FOLDER`.
let words = CommandLine.arguments
if words.count == 5, words[1] == "--seeds" {
  Seeds.write(LibFuzzer.target(named: words[2]), fixtures: words[3], to: words[4])
} else if words.count >= 2, words[1] != "--list" {
  LibFuzzer.run(LibFuzzer.target(named: words[1]))
} else {
  for target in FuzzTarget.all { print(target.name) }
}
