@_exported import FXCore
@_exported import FXExport
@_exported import FXGraph
@_exported import FXKernels
@_exported import FXOperators
@_exported import FXPasses
@_exported import FXRuntime
@_exported import FXTensor
