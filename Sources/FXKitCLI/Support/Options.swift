import FXKit

/// An option of a command: `--long`, perhaps `-s`, perhaps with a value.
struct Option: Sendable {
  let name: String
  let short: Character?
  /// What stands for the value in the help; nil for a switch.
  let value: String?
  let help: String
  /// The values that completion offers and, where `isClosed`, the only ones allowed.
  let choices: [String]
  let isClosed: Bool
  let isRepeatable: Bool
  /// Whether the value is a file to read.
  var isInput = false
  /// Whether the value is a file to write.
  var isOutput = false
  /// Other names, which neither help nor completion shows.
  var aliases: [String] = []

  static func flag(_ name: String, short: Character? = nil, _ help: String) -> Option {
    Option(
      name: name, short: short, value: nil, help: help, choices: [], isClosed: false,
      isRepeatable: false)
  }

  static func value(
    _ name: String, short: Character? = nil, _ value: String, _ help: String,
    choices: [String] = [], isClosed: Bool = false, isRepeatable: Bool = false,
    isInput: Bool = false, isOutput: Bool = false, aliases: [String] = []
  ) -> Option {
    Option(
      name: name, short: short, value: value, help: help, choices: choices, isClosed: isClosed,
      isRepeatable: isRepeatable, isInput: isInput, isOutput: isOutput || value == "OUT",
      aliases: aliases)
  }

  /// Whether the value may be several of the choices, separated by commas.
  var isList: Bool { isRepeatable && !choices.isEmpty }
  /// Whether the value is a file, to read or to write, and not a number or a name.
  var isFile: Bool { isInput || ["FILE", "OUT", "ARCHIVE"].contains(value) }

  /// Tells whether a long option of this name is meant.
  func isNamed(_ text: String) -> Bool { name == text || aliases.contains(text) }

  /// Returns how the help shows the option: `-o, --output OUT`.
  var synopsis: String {
    (short.map { "-\($0), " } ?? "    ") + "--\(name)" + (value.map { " \($0)" } ?? "")
  }
}

/// An operand of a command: a file, a name.
struct Operand: Sendable {
  let name: String
  let help: String
  var isOptional = false
  /// Whether there may be several; the last one alone.
  var isRepeatable = false
  /// Whether the file is written.
  var isOutput = false
  /// Values that completion offers; files where empty.
  var choices: [String] = []

  /// Returns how the help shows the operand in the command's usage.
  var synopsis: String { (isOptional ? "[\(name)]" : name) + (isRepeatable ? " ..." : "") }

  /// Returns the operand as one that may be given several times.
  var repeated: Operand {
    var copy = self
    copy.isRepeatable = true
    return copy
  }
}

/// The arguments of one invocation, parsed.
struct Arguments {
  let command: Command
  private(set) var values: [String: [String]] = [:]
  private(set) var operands: [String] = []

  /// Parses arguments by a command's options, as getopt_long does: options and operands in any
  /// order, `--name=value` and `--name value`, `-ovalue` and `-o value`, `--` ends the options.
  ///
  /// - Throws: `UsageError`.
  init(_ arguments: [String], for command: Command) throws(UsageError) {
    self.command = command
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        break
      }
      if argument.hasPrefix("--") {
        try parseLong(argument.dropFirst(2), &rest)
      } else if argument.hasPrefix("-"), argument.count > 1 {
        try checkDashes(argument)
        try parseShort(argument.dropFirst(), &rest)
      } else {
        operands.append(argument)
      }
    }
    if has("help") { return }
    let needed = command.operands.count { !$0.isOptional }
    if operands.count < needed {
      throw UsageError("missing \(command.operands[operands.count].name)", command)
    }
    let isOpen = command.operands.last?.isRepeatable ?? false
    if operands.count > command.operands.count, !isOpen {
      throw UsageError("unexpected argument '\(operands[command.operands.count])'", command)
    }
    try checkFiles(of: command)
  }

  /// Returns the error of a wrong use of the command.
  func usage(_ message: String) -> UsageError { UsageError(message, command) }

  /// Tells whether an option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// Returns the value given last for an option.
  func value(_ name: String) -> String? { values[name]?.last }

  /// Returns all values given for an option, those with commas taken apart.
  func list(_ name: String) -> [String] {
    (values[name] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
  }

  private mutating func parseLong(
    _ text: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.allOptions.first(where: { $0.isNamed(name) }) else {
      let hint = Spelling.hint(for: "--\(name)", among: command.allOptions.map { "--\($0.name)" })
      throw UsageError("unknown option '--\(name)'\(hint)", command)
    }
    if option.value == nil {
      if parts.count == 2 { throw UsageError("option '--\(name)' takes no value", command) }
      try set(option, to: "")
    } else if parts.count == 2 {
      try set(option, to: String(parts[1]))
    } else if let value = rest.popFirst() {
      try set(option, to: value)
    } else {
      throw UsageError("option '--\(name)' needs a value", command)
    }
  }

  private mutating func parseShort(
    _ text: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    var letters = text
    while let letter = letters.popFirst() {
      guard let option = command.allOptions.first(where: { $0.short == letter }) else {
        throw UsageError("unknown option '-\(letter)'", command)
      }
      if option.value == nil {
        try set(option, to: "")
        continue
      }
      if !letters.isEmpty { return try set(option, to: String(letters)) }
      guard let value = rest.popFirst() else {
        throw UsageError("option '-\(letter)' needs a value", command)
      }
      return try set(option, to: value)
    }
  }

  /// Throws where a long option is given with one dash, which short ones with values look like.
  private func checkDashes(_ argument: String) throws(UsageError) {
    let name = argument.dropFirst().prefix { $0 != "=" }
    guard name.count > 1, command.allOptions.contains(where: { $0.isNamed(String(name)) }) else {
      return
    }
    throw UsageError("unknown option '-\(name)'; did you mean '--\(name)'?", command)
  }

  private mutating func set(_ option: Option, to value: String) throws(UsageError) {
    if option.isClosed, !option.choices.contains(value) {
      let choices = option.choices.joined(separator: ", ")
      let hint = Spelling.hint(for: value, among: option.choices)
      throw UsageError(
        "invalid value '\(value)' for --\(option.name): use \(choices)\(hint)", command)
    }
    if !option.isRepeatable, option.value != nil, values[option.name] != nil {
      throw UsageError("option '--\(option.name)' is given twice", command)
    }
    values[option.name, default: []].append(value)
  }
}

/// A wrong use of the command: exit status 2.
struct UsageError: Error {
  let message: String
  /// The command whose help would help.
  let command: String?

  init(_ message: String, _ command: Command? = nil) {
    self.message = message
    self.command = command?.name
  }
}
