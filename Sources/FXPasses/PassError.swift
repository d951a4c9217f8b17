import FXCore

extension FXError.Code {
  /// A grad-mode or autocast switch has arguments that such a switch can't have.
  public static let badSwitch = FXError.Code("regions.badSwitch")
  /// An autocast region is entered and never left.
  public static let unterminatedAutocast = FXError.Code("regions.unterminatedAutocast")
  /// An autocast region is left that is not the innermost open one.
  public static let unbalancedAutocast = FXError.Code("regions.unbalancedAutocast")
  /// Partitions of a graph with grad-mode or autocast switches go back and forth.
  public static let nonMonotonicPartitions = FXError.Code("split.nonMonotonicPartitions")
  /// Partitions need each other's results, so that they have no order.
  public static let partitionCycle = FXError.Code("split.partitionCycle")
  /// In the original order a partition would be called before its inputs are known.
  public static let partitionOrder = FXError.Code("split.partitionOrder")
  /// The module has a member of the name that a partition would get.
  public static let memberNameTaken = FXError.Code("split.memberNameTaken")
  /// A node can't be inlined because it calls no graph module of its owner.
  public static let notInlinable = FXError.Code("inline.notInlinable")
  /// The arguments of a call do not fit the placeholders of the called graph.
  public static let inlineArguments = FXError.Code("inline.arguments")
  /// The result of a call is used in a way that does not fit what the called graph returns.
  public static let inlineResult = FXError.Code("inline.result")
  /// A pipeline names a pass that does not exist.
  public static let unknownPass = FXError.Code("pass.unknown")
  /// A pass got an option, or a value of one, that it does not know.
  public static let badPassOption = FXError.Code("pass.badOption")
  /// A pass left a graph that lint rejects.
  public static let brokenByPass = FXError.Code("pass.brokenGraph")
  /// A program writes to a weight whose memory it reads by another name.
  public static let passSharedState = FXError.Code("pass.sharedState")
  /// A program gives other numbers after passes than before.
  public static let changedNumbers = FXError.Code("pass.changedNumbers")
  /// A document that is to be slimmed has tensors that no archive holds yet.
  public static let slimUnsaved = FXError.Code("slim.unsaved")
  /// A piece is to begin or end with a node that the graph does not have.
  public static let extractUnknownNode = FXError.Code("extract.unknownNode")
  /// The last node of a piece does not depend on a first one.
  public static let extractUnreachable = FXError.Code("extract.unreachable")
  /// A piece is to end with a node that has no result.
  public static let extractNoResult = FXError.Code("extract.noResult")
  /// Inputs of a piece share memory that it writes.
  public static let extractSharedInputs = FXError.Code("extract.sharedInputs")
}
