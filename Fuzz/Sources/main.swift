import FXKit

// `fxfuzz [--repeatable SEED FIXTURES] TARGET [options and folders of libFuzzer]`,
// `fxfuzz --seeds FIXTURES TARGET FOLDER`, or `fxfuzz --list`: the targets with their paces.
let words = CommandLine.arguments
switch (words.dropFirst().first ?? "--list", words.count) {
case ("--list", _):
  for target in FuzzTarget.all { print("\(target.name) \(target.pace)") }
case ("--seeds", 5):
  LibFuzzer.target(named: words[3]).writeSeeds(fixtures: words[2], to: words[4])
case ("--repeatable", 5...):
  let target = LibFuzzer.target(named: words[4])
  LibFuzzer.run(target, argumentsFrom: 5, target.inputs(fixtures: words[3], seed: words[2]))
default: LibFuzzer.run(LibFuzzer.target(named: words[1]), argumentsFrom: 2, nil)
}
