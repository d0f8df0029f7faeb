namespace Godwit.Worker.Engine;

/// <summary>The queue of waiting requests is full.</summary>
internal sealed class EngineOverloadedException(int waiting) : Exception($"{waiting} requests are waiting already; no more are taken.");
