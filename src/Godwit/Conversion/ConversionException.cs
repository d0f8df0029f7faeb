namespace Godwit.CommandLine.Conversion;

/// <summary>An input file cannot be converted; the message is one line, "FILE: PROBLEM".</summary>
internal sealed class ConversionException(string file, string problem) : Exception($"{file}: {problem}");
