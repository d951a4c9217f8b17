import FXCore

/// Reads a file of `torch.save`: a ZIP archive of a pickle and the storages of its tensors.
///
///     ROOT/data.pkl, ROOT/data/0, …, ROOT/byteorder, ROOT/version
public struct TorchCheckpoint: Sendable {
  /// What was saved.
  public let value: PickleValue
  /// The archive that has the storages.
  public let zip: ZIPArchive
  private let root: String

  /// Reads the pickle, and checks the place of every storage that it mentions.
  ///
  /// - Parameter keepsObjects: whether instances of unknown classes become plain data.
  /// - Throws: a `zip` or `pickle` code; `pt2ByteOrder`; `pt2Missing` where there is no pickle.
  public init(_ file: MappedFile, keepsObjects: Bool = false) throws {
    zip = try ZIPArchive(file)
    let name = "data.pkl"
    let pickles = zip.members.filter { $0.name == name || $0.name.hasSuffix("/" + name) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FXError(
        .pt2Missing, "a file of torch.save has one member '\(name)', this one \(pickles.count)")
    }
    root = String(pickle.name.dropLast(name.count))
    if let member = zip[root + "byteorder"] {
      guard try zip.contents(of: member, limit: 64).text == "little" else {
        throw FXError(
          .pt2ByteOrder, "the numbers are not little-endian", at: SourcePlace(member: member.name))
      }
    }
    do {
      value = try zip.contents(of: pickle).withBytes {
        try PickleValue(pickle: $0, keepsObjects: keepsObjects)
      }
    } catch let error as FXError {
      throw error.inMember(pickle.name)
    }
  }

  /// Returns the member that has a tensor's storage, which is of the size that the pickle says.
  ///
  /// - Throws: `pickleStorage`.
  public func storage(of tensor: PickledTensor) throws -> ZIPMember {
    let name = "\(root)data/\(tensor.storage)"
    let place = SourcePlace(member: root + "data.pkl", offset: tensor.offset)
    guard let member = zip[name] else {
      throw FXError(.pickleStorage, "there is no storage '\(name)'", at: place)
    }
    guard member.size == tensor.storageByteCount else {
      throw FXError(
        .pickleStorage,
        "the storage '\(name)' has \(member.size) bytes, the pickle says "
          + "\(tensor.storageByteCount)", at: place)
    }
    return member
  }
}
