import FXKit
struct FindingStub { var isError = true; var message = ""; var code = FXError.Code(""); var place = SourcePlace(); var line = ""; var jsonLine = "" }
enum Findings { static func all(of d: Document) -> [FindingStub] { [] } }
