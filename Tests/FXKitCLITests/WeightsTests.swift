import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct WeightsTests {
  private let folder = TemporaryFolder()
  private let model = Fixtures.path("archives/conv-norm.pt2")

  private func run(_ arguments: String...) -> Invocation { Invocation(["weights"] + arguments) }

  @Test func listsWeightsAndWhatTheyShare() {
    let rows = run(Fixtures.path("archives/strided-weights.pt2")).lines
      .map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows.first == "weights 5, 184 B")
    for row in [
      "storages 4, 300 B", "transposed parameter float32[4, 3] 48 B weight_0 strides [1, 4]",
      "offset buffer float32[4] 16 B weight_1 offset 42", "shared storages",
      "weight_1 sliced, offset",
    ] { #expect(rows.contains(row), "\(row)") }
  }

  @Test func listsAsJSON() throws {
    let object = run("--json", Fixtures.path("archives/strided-weights.pt2")).object
    #expect(object["weight_bytes"] as? Int == 184)
    #expect(object["storage_bytes"] as? Int == 300)
    let weights = try #require(object["weights"] as? [[String: Any]])
    let sliced = try #require(weights.first { $0["name"] as? String == "sliced" })
    #expect(sliced["kind"] as? String == "parameter")
    #expect(sliced["dtype"] as? String == "float32")
    #expect(sliced["shape"] as? [Int] == [3, 4])
    #expect(sliced["strides"] as? [Int] == [8, 2])
    #expect(sliced["offset"] as? Int == 8)
    #expect(sliced["storage"] as? String == "data/weights/weight_1")
    #expect(sliced["storage_bytes"] as? Int == 192)
    let shared = try #require(object["shared_storages"] as? [[String: Any]])
    #expect(shared.map { $0["storage"] as? String } == ["data/weights/weight_1"])
    #expect(shared.map { $0["weights"] as? [String] } == [["sliced", "offset"]])
    #expect(run("--json", Fixtures.path("archives/two-models.pt2")).lines.count == 2)
    let objects = run("--json", Fixtures.path("archives/custom-object.pt2")).object
    #expect((objects["weights"] as? [[String: Any]])?.count == 2)
  }

  @Test func listsKindsThatTheSignatureTells() throws {
    let object = run("--json", Fixtures.path("archives/dtypes-and-constants.pt2")).object
    let weights = try #require(object["weights"] as? [[String: Any]])
    let kinds = Dictionary(
      uniqueKeysWithValues: weights.map { ($0["name"] as? String, $0["kind"] as? String) })
    #expect(kinds["scale"] == "parameter")
    #expect(kinds["mask"] == "buffer")
    #expect(kinds["scratch"] == "non_persistent_buffer")
    #expect(kinds["table"] == "constant")
  }

  /// What an archive calls its weights must not act on the terminal, or on other files.
  @Test func namesFromFilesAreHarmless() throws {
    let archive = try PT2Archive(path: model)
    var config = try #require(try archive.weightsConfig(of: "model"))
    var meta = try #require(config.entries.first { $0.name == "head.bias" }).meta
    config.entries.append(("../\u{1B}[31m\nx", meta))
    meta.pathName = "../../../out"
    config.entries.append(("outside", meta))
    var package = archive.package
    package.set(PT2Path.weightsConfig("model"), .stream { try config.write(to: &$0) })
    let path = folder.file("in.pt2")
    try package.write(toPath: path)

    let list = run(path)
    #expect(list.status == 0)
    #expect(list.lines.contains { $0.hasPrefix("  ../\\u{1b}[31m\\u{a}x ") })
    #expect(!list.output.contains(0x1B))
    #expect(run(path, "--extract", folder.path, "--only", "..*").status == 1)
    let weights = folder.file("w.safetensors")
    #expect(run(model, "--extract", weights, "--only", "head.bias").status == 0)
    let bias = try #require(try SafetensorsFile(path: weights)["head.bias"])
    let output = try AtomicOutput(path: weights)
    try SafetensorsWriter.write([NamedTensor("outside", bias)], to: output)
    try output.commit()
    #expect(run(path, "--join", weights, "-o", folder.file("out.pt2")).status == 1)
    #expect(folder.names == ["in.pt2", "w.safetensors"])
  }

  @Test func extractsToEveryForm() throws {
    #expect(run(model, "--extract", folder.file("w.safetensors")).status == 0)
    #expect(try SafetensorsFile(path: folder.file("w.safetensors")).tensors.count == 9)
    #expect(run(model, "--extract", folder.file("b.npy"), "--only", "head.bias").status == 0)
    let bias = try NPYFile.read(path: folder.file("b.npy"))
    #expect(bias.sizes == [2])
    #expect(run(model, "--extract", folder.path, "--only", "head.*,norm.bias").status == 1)
    #expect(
      run(model, "--extract", folder.path, "--only", "head.*", "--only", "norm.bias").status == 0)
    for name in ["head.bias", "head.weight", "norm.bias"] {
      #expect(folder.names.contains("\(name).npy"))
    }
    #expect(try NPYFile.read(path: folder.file("head.bias.npy")).hasEqualContents(to: bias))
    // The option decides where the ending does not.
    let plain = folder.file("plain")
    #expect(run(model, "--extract", plain, "--only", "head.bias").status == 2)
    #expect(run(model, "--extract", plain, "--only", "head.bias", "--to", "npy").status == 0)
    #expect(try readFile(plain) == readFile(folder.file("b.npy")))
  }

  @Test func refusesWhatAFormCannotHold() {
    let dtypes = Fixtures.path("archives/dtypes-and-constants.pt2")
    #expect(run(model, "--extract", folder.file("a.npy")).status == 1)
    #expect(run(dtypes, "--extract", folder.file("a.npy"), "--only", "bfloat16_").status == 1)
    #expect(run(dtypes, "--extract", folder.path).status == 1)
    #expect(run(model, "--extract", folder.file("a.npy"), "--only", "nobody").status == 1)
    #expect(
      run(Fixtures.path("prints/cond.json"), "--extract", folder.file("a.safetensors")).status == 1)
    #expect(folder.names.isEmpty)
  }

  @Test func splitsAndJoins() throws {
    let (small, weights) = (folder.file("small.pt2"), folder.file("w.safetensors"))
    let full = folder.file("full.pt2")
    #expect(run(model, "--external", weights, "-o", small).status == 0)
    // Every command says what is the matter with the archive in between.
    #expect(run(small).lines.contains { $0.hasPrefix("external    9") })
    #expect(Invocation("info", small).lines.contains { $0.hasPrefix("external    9") })
    #expect(Invocation("info", "--json", small).object["external_weights"] as? Int == 9)
    let findings = Invocation("validate", small)
    #expect(findings.status == 1)
    #expect(findings.lines.count == 1)
    #expect(findings.text.contains("[weight.external]"))
    let extracted = run(small, "--extract", folder.file("all.safetensors"))
    #expect(extracted.status == 1)
    #expect(extracted.errors.first?.contains("--join") == true)

    #expect(
      Invocation("transform", small, "-p", "eliminate-dead-code", "-q", "-o", small).status == 0)
    #expect(run(small, "--join", weights, "-o", full).status == 0)
    #expect(Invocation("validate", full).status == 0)
    #expect(run(full).output == run(model).output)
    #expect(run(full, "--extract", folder.file("again.safetensors")).status == 0)
    #expect(try readFile(folder.file("again.safetensors")) == readFile(weights))
    #expect(run(model, "--join", weights, "-o", full).status == 1)
  }

  /// The archive would replace the only file that has its data.
  @Test func bothFilesOfASplitAreTwo() {
    let file = folder.file("w.safetensors")
    for other in [file, folder.file("./w.safetensors"), folder.path + "//w.safetensors"] {
      #expect(run(model, "--external", file, "-o", other).status == 2)
    }
    #expect(run(model, "--external", "-", "-o", "-").status == 2)
    #expect(folder.names.isEmpty)
  }

  /// What slimming dropped in between is left out of what is joined where that is asked for.
  @Test func joinsWhatIsStillThere() {
    let (small, weights) = (folder.file("small.pt2"), folder.file("w.safetensors"))
    #expect(run(model, "--external", weights, "-o", small).status == 0)
    #expect(Invocation("slim", small, "-o", small).status == 0)
    #expect(run(small, "--join", weights, "-o", small).status == 1)
    #expect(run(small, "--join", weights, "--partial", "-o", small).status == 0)
    #expect(Invocation("validate", small).status == 0)
  }

  @Test func replacesWeights() throws {
    let (all, out) = (folder.file("all.safetensors"), folder.file("out.pt2"))
    #expect(run(model, "--extract", all).status == 0)
    #expect(run(model, "--replace", all, "-o", out).status == 0)
    let parts = folder.file("parts.safetensors")
    #expect(run(model, "--extract", parts, "--only", "head.*").status == 0)
    #expect(run(model, "--replace", parts, "-o", out).status == 1)
    #expect(run(model, "--replace", parts, "--partial", "-o", out).status == 0)
    #expect(run(model, "--replace", all, "--only", "head.bias", "-o", out).status == 0)
    #expect(run(model, "--replace", parts, "--only", "conv.bias", "-o", out).status == 1)

    // An array without a name takes the one that is given.
    let array = folder.file("a.npy")
    #expect(run(model, "--extract", array, "--only", "norm.weight").status == 0)
    #expect(run(model, "--replace", array, "-o", out).status == 1)
    #expect(run(model, "--replace", array, "--only", "norm.bias", "-o", out).status == 0)
    #expect(run(out, "--extract", parts, "--only", "norm.bias").status == 0)
    let bias = try #require(try SafetensorsFile(path: parts)["norm.bias"])
    #expect(try bias.hasEqualContents(to: NPYFile.read(path: array)))
    #expect(run(model, "--replace", array, "--only", "head.bias", "-o", out).status == 1)
  }

  /// What can't be done leaves the old file as it was.
  @Test func failuresLeaveTheOutputAlone() throws {
    let out = folder.write("out.pt2", "old".utf8)
    let junk = folder.write("junk.safetensors", "{}".utf8)
    let run = run(model, "--replace", junk, "-o", out)
    #expect(run.status == 1)
    #expect(run.errors.count == 1)
    #expect(run.errors.first?.contains("junk.safetensors") == true)
    #expect(try readFile(out) == Array("old".utf8))
    #expect(folder.names == ["junk.safetensors", "out.pt2"])
  }
}
