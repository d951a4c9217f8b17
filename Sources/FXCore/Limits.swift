/// A bound on what an input may hold, with the name that errors give it.
@frozen public struct Limit: Sendable, CustomStringConvertible {
  /// The name in `Limits`.
  public let name: StaticString
  /// The most that is taken.
  public let value: Int

  /// Makes a limit.
  @inlinable public init(_ name: StaticString, _ value: Int) {
    self.name = name
    self.value = value
  }

  public var description: String { "\(name) of \(value)" }
}

/// Holds all bounds on what inputs may hold.
///
/// They are far above what PyTorch writes, and low enough that an input that lies costs no more time,
/// memory and stack than an honest one of its size. Whoever meets one is told its name, its value
/// and the place in the input.
public enum Limits {
  // MARK: JSON

  /// How deep arrays and objects may be nested. A graph argument nests its graph 7 levels deeper.
  ///
  /// Recursion takes up to 2 kB of stack a level.
  @inlinable public static var jsonDepth: Limit { Limit("jsonDepth", 1024) }
  /// How many bytes a document may have, so that all it holds fits the 32-bit numbers of graphs.
  @inlinable public static var jsonBytes: Limit { Limit("jsonBytes", Int(Int32.max)) }
  /// How many unknown fields one object may have, as each is compared with those before.
  @inlinable public static var unknownFields: Limit { Limit("unknownFields", 256) }

  // MARK: Models

  /// How many graphs a written model JSON may have, which has each as often as it is mentioned.
  ///
  /// A few modules that fetch one another twice could make more than any disk holds.
  @inlinable public static var writtenGraphs: Limit { Limit("writtenGraphs", 100_000) }

  /// How many parts of a module's path are modules of their own; those behind it make one name.
  @inlinable public static var modulePathDepth: Limit { Limit("modulePathDepth", 128) }
  /// How deep types are nested in annotations and operator schemas; deeper ones are kept as text.
  @inlinable public static var typeDepth: Limit { Limit("typeDepth", 64) }

  // MARK: Runs

  /// How deep graphs may call one another in a run; each call takes a few kilobytes of stack.
  @inlinable public static var callDepth: Limit { Limit("callDepth", 256) }
  /// How many calls an operator may expand to that a file declares: a few that call one another twice
  /// could make more than any machine carries out.
  @inlinable public static var operatorCalls: Limit { Limit("operatorCalls", 100_000) }
  /// How many threads may work at the same time; each has a stack of some megabytes of addresses.
  @inlinable public static var threads: Limit { Limit("threads", 1024) }

  // MARK: Text

  /// How deep arguments, values, modules and sections may be nested, all counted together.
  @inlinable public static var textDepth: Limit { Limit("textDepth", 256) }
  /// How many bytes a text may have, so that all it holds fits the 32-bit numbers of graphs.
  @inlinable public static var textBytes: Limit { Limit("textBytes", Int(Int32.max)) }

  // MARK: Archives

  /// How many bytes a compressed member may have: a few kilobytes could otherwise fill the memory.
  ///
  /// Stored members have no limit but the file's size.
  @inlinable public static var inflatedBytes: Limit { Limit("inflatedBytes", 1 << 34) }

  // MARK: Files of tensors

  /// How long the header of a safetensors file may be, as in the format's own library.
  @inlinable public static var safetensorsHeader: Limit {
    Limit("safetensorsHeader", 100_000_000)
  }
  /// How long the header of an NPY file may be.
  @inlinable public static var npyHeader: Limit { Limit("npyHeader", 1 << 20) }
  /// How many bytes a tensor may have that is larger than its storage: one expanded by strides
  /// of 0, or without data.
  @inlinable public static var expandedBytes: Limit { Limit("expandedBytes", 1 << 36) }

  // MARK: Pickles

  /// How deep containers may be nested, in themselves or in one another.
  @inlinable public static var pickleDepth: Limit { Limit("pickleDepth", 256) }
  /// How many values the stack holds at a time.
  @inlinable public static var pickleStack: Limit { Limit("pickleStack", 1 << 22) }
  /// The highest place in the memo.
  @inlinable public static var pickleMemo: Limit { Limit("pickleMemo", 1 << 24) }
  /// How many values the result has, each counted as often as it is reached.
  @inlinable public static var pickleValues: Limit { Limit("pickleValues", 1 << 22) }
  /// How many dimensions a pickled tensor has; PyTorch's own limit.
  @inlinable public static var tensorDimensions: Limit { Limit("tensorDimensions", 64) }

  // MARK: Expressions

  /// How deep calls and parentheses may be nested. PyTorch's own stay below 30.
  @inlinable public static var expressionDepth: Limit { Limit("expressionDepth", 200) }
  /// How many numbers, symbols and calls an expression may have. PyTorch's own stay below 2,000.
  @inlinable public static var expressionParts: Limit { Limit("expressionParts", 20_000) }
  /// How often an expression is rewritten until its canonical form stands. Most take 2.
  @inlinable public static var expressionRounds: Limit { Limit("expressionRounds", 64) }
}

extension FXError {
  /// Makes the error of an input that goes beyond a limit, which it names.
  public init(
    _ code: Code, _ what: String, beyond limit: Limit, at place: SourcePlace = SourcePlace()
  ) {
    self.init(code, "\(what), beyond the limit \(limit)", at: place)
  }
}
