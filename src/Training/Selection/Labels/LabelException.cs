namespace Godwit.Training.Selection.Labels;

/// <summary>A server does not give the labels that it is asked for; the message says which and why.</summary>
internal sealed class LabelException(string message, Exception? inner = null) : Exception(message, inner);
