namespace Godwit.CommandLine;

/// <summary>Something could not start, for a reason that one line explains.</summary>
internal sealed class StartFailedException(string message) : Exception(message);
