/// What a symbolic expression applies to arguments: SymPy's classes and PyTorch's own.
///
/// The raw value is the class's name, which `srepr` writes.
public enum SymbolicFunction: String, Hashable, Sendable, CaseIterable {
  // MARK: Arithmetic
  case add = "Add"
  case mul = "Mul"
  case pow = "Pow"
  case max = "Max"
  case min = "Min"
  case abs = "Abs"
  case floor, ceiling, exp, log

  // MARK: Arithmetic of PyTorch
  case mod = "Mod"
  case pythonMod = "PythonMod"
  case floorDiv = "FloorDiv"
  case cleanDiv = "CleanDiv"
  case ceilDiv = "CeilDiv"
  case intTrueDiv = "IntTrueDiv"
  case floatTrueDiv = "FloatTrueDiv"
  case modularIndexing = "ModularIndexing"
  case powByNatural = "PowByNatural"
  case floatPow = "FloatPow"
  case leftShift = "LShift"
  case rightShift = "RShift"
  case bitwiseAnd = "BitwiseFn_bitwise_and"
  case bitwiseOr = "BitwiseFn_bitwise_or"
  case bitwiseXor = "BitwiseFn_bitwise_xor"
  case toFloat = "ToFloat"
  case truncToFloat = "TruncToFloat"
  case truncToInt = "TruncToInt"
  case ceilToInt = "CeilToInt"
  case floorToInt = "FloorToInt"
  case roundToInt = "RoundToInt"
  case roundDecimal = "RoundDecimal"
  case identity = "Identity"
  case isNonOverlappingAndDense = "IsNonOverlappingAndDenseIndicator"

  // MARK: Functions of floats that PyTorch does not rewrite
  case opaqueSqrt = "OpaqueUnaryFn_sqrt"
  case opaqueCos = "OpaqueUnaryFn_cos"
  case opaqueCosh = "OpaqueUnaryFn_cosh"
  case opaqueSin = "OpaqueUnaryFn_sin"
  case opaqueSinh = "OpaqueUnaryFn_sinh"
  case opaqueTan = "OpaqueUnaryFn_tan"
  case opaqueTanh = "OpaqueUnaryFn_tanh"
  case opaqueAsin = "OpaqueUnaryFn_asin"
  case opaqueAcos = "OpaqueUnaryFn_acos"
  case opaqueAtan = "OpaqueUnaryFn_atan"
  case opaqueExp = "OpaqueUnaryFn_exp"
  case opaqueLog = "OpaqueUnaryFn_log"
  case opaqueAsinh = "OpaqueUnaryFn_asinh"
  case opaqueLog2 = "OpaqueUnaryFn_log2"

  // MARK: Logic
  case equality = "Equality"
  case unequality = "Unequality"
  case lessThan = "LessThan"
  case strictLessThan = "StrictLessThan"
  case greaterThan = "GreaterThan"
  case strictGreaterThan = "StrictGreaterThan"
  case and = "And"
  case or = "Or"
  case not = "Not"
  case whereElse = "Where"
  case ifThenElse = "ITE"
  case piecewise = "Piecewise"
  /// A value of `Piecewise` with its condition.
  case conditionPair = "ExprCondPair"

  /// Returns how many arguments the function takes.
  public var arity: ClosedRange<Int> {
    switch self {
    case .add, .mul, .and, .or, .max, .min, .piecewise, .isNonOverlappingAndDense:
      1...Limits.expressionParts.value
    case .whereElse, .ifThenElse, .modularIndexing: 3...3
    case .abs, .floor, .ceiling, .exp, .log, .not, .identity, .toFloat, .truncToFloat, .truncToInt,
      .ceilToInt, .floorToInt, .roundToInt:
      1...1
    default: isOpaque ? 1...1 : 2...2
    }
  }

  /// Tells whether the function compares two numbers.
  public var isRelation: Bool {
    switch self {
    case .equality, .unequality, .lessThan, .strictLessThan, .greaterThan, .strictGreaterThan: true
    default: false
    }
  }

  /// Tells whether the function is one of floats that PyTorch does not rewrite.
  public var isOpaque: Bool { rawValue.hasPrefix("OpaqueUnaryFn_") }

  /// Tells whether the function's results are whole numbers, whatever its arguments.
  var isAlwaysInteger: Bool {
    switch self {
    case .mod, .pythonMod, .floorDiv, .cleanDiv, .ceilDiv, .modularIndexing, .powByNatural,
      .leftShift, .rightShift, .truncToInt, .ceilToInt, .floorToInt, .roundToInt, .floor, .ceiling,
      .isNonOverlappingAndDense, .bitwiseAnd, .bitwiseOr, .bitwiseXor:
      true
    default: false
    }
  }

  /// Returns the relation that holds exactly where this one does not.
  var negatedRelation: SymbolicFunction? {
    switch self {
    case .equality: .unequality
    case .unequality: .equality
    case .lessThan: .strictGreaterThan
    case .strictLessThan: .greaterThan
    case .greaterThan: .strictLessThan
    case .strictGreaterThan: .lessThan
    default: nil
    }
  }
}
