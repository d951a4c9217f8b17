@_exported import FXCore
@_exported import FXExport
@_exported import FXGraph
@_exported import FXOperators
@_exported import FXPasses
@_exported import FXTensor
