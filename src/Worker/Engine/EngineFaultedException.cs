namespace Godwit.Worker.Engine;

/// <summary>The engine's thread broke; nothing that runs in this process can be finished.</summary>
internal sealed class EngineFaultedException(string message, Exception? inner = null) : Exception(message, inner);
