namespace Godwit.Worker;

/// <summary>A worker cannot start; the message is one line that says which file is wrong and how.</summary>
public sealed class WorkerStartException(string message, Exception? cause = null) : Exception(message, cause);
