import FXCore
import FXExport
import FXGraph
import FXOperators

extension GraphPass {
  /// Computes what depends on weights and constants alone, and stores the results as constants.
  ///
  ///     %p = arange(8); %y = add(%x, %p)   →   %y = add(%x, %c_folded_p)
  ///
  /// What has an effect or is random stays, and so do views of one weight, results that are much
  /// larger than the weights they are made of, and weights that the program writes to.
  /// Dequantization stays (`torch/_inductor/constant_folding.py`): stored integers are small.
  public static let foldConstants = GraphPass(
    "fold-constants", "computes what depends on weights and constants alone"
  ) { module, context in
    let folding = try ConstantFolding(module, context)
    guard let folding else { return false }
    let count = try folding.fold()
    context.count(count, "folded", "value")
    return count > 0
  }
}
