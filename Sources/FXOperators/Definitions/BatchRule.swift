/// How an operator is called once for all tensors of a batch (`torch.vmap`), whose dimension comes first
/// in them.
public enum BatchRule: Sendable {
  /// Computes element by element; tensors are aligned from the last dimension on.
  case elementwise
  /// The same, and of the first argument only the shape counts: `rand_like`.
  case filling
  /// Takes one sample of as many dimensions, or several: `max_pool2d`.
  case samples(rank: Int)
  /// Computes on the last dimensions, and takes any number before them: `tril`.
  case trailing
  /// Names dimensions, which are one later in the batch: `cumsum`.
  case dimensions(Dimensions)
  /// Computes on all elements, as another operator does along a dimension: `sum`.
  case flattened(by: String)

  /// Where an operator has its tensors and its dimensions.
  public struct Dimensions: Sendable {
    /// The positions of arguments that are dimensions, or lists of them.
    public let positions: [Int]
    /// The positions of arguments that are tensors, or lists of them.
    public let tensors: [Int]
    /// How many dimensions more than its tensors the operator counts.
    public let extra: Int

    /// Names the positions.
    public init(_ positions: [Int], of tensors: [Int] = [0], and extra: Int = 0) {
      self.positions = positions
      self.tensors = tensors
      self.extra = extra
    }
  }

  /// Names dimensions in arguments, of tensors in others, and of so many dimensions more.
  public static func dimensions(
    _ positions: [Int], of tensors: [Int] = [0], and extra: Int = 0
  ) -> BatchRule {
    .dimensions(Dimensions(positions, of: tensors, and: extra))
  }
}

extension OperatorDefinition {
  /// Returns the definition with the rule for batches of some of its overloads, or of all.
  ///
  /// - Parameter overloads: their qualified names; none for all that nothing was said of.
  public func batched(_ rule: BatchRule, only overloads: String...) -> OperatorDefinition {
    var copy = self
    copy.batch.say(rule, of: overloads)
    return copy
  }
}

extension ResolvedOperator {
  /// How it is called for a batch; nil where it is taken apart, or the passes have a rule of their own.
  public var batchRule: BatchRule? {
    if isDirect, let rule = definition?.batch[schema.qualifiedName] { return rule }
    return schema.tags.contains("pointwise") ? .elementwise : nil
  }
}
