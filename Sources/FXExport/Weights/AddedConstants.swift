import FXCore
import FXTensor

extension PT2Package {
  /// Adds tensors to the constants of a model that came from an archive.
  ///
  /// - Throws: what reading the configuration of constants throws.
  mutating func addConstants(
    _ tensors: [(name: String, tensor: Tensor)], of model: String, from archive: PT2Archive
  ) throws {
    if tensors.isEmpty { return }
    var config = try archive.constantsConfig(of: model) ?? PayloadConfig()
    var taken = Set(paths)
    var number = 0
    for (name, tensor) in tensors {
      var file: String
      repeat {
        file = "tensor_\(number)"
        number += 1
      } while taken.contains(PT2Path.constant(file))
      taken.insert(PT2Path.constant(file))
      let view = try TensorView(copying: tensor)
      set(PT2Path.constant(file), .bytes(view.storage))
      config.entries.append(
        (name, PayloadMeta(pathName: file, isParameter: false, tensor: view.meta)))
    }
    let complete = config
    set(PT2Path.constantsConfig(model), .stream { try complete.write(to: &$0) })
  }
}
