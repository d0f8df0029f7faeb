namespace Godwit.Router.Prediction;

/// <summary>A router file that cannot be used; the message says why.</summary>
public sealed class RouterFileException(string message, Exception? inner = null) : Exception(message, inner);
