namespace Godwit.Protocol.Tests.Simulation;

/// <summary>An invariant does not hold.</summary>
internal sealed class ViolationException(string message) : Exception(message);
