namespace Godwit.Gateway.Tests;

/// <summary>A release or a cancel that a <see cref="ScriptedWorker"/> got.</summary>
/// <param name="Path">Which of both.</param>
/// <param name="Request">Request id.</param>
/// <param name="Epoch">The Gateway's epoch.</param>
internal sealed record WorkerOrder(string Path, string Request, int Epoch);
