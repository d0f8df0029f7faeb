namespace Godwit.Gateway.Selection.Reading;

/// <summary>A change of a body: what stands in a place of it is replaced.</summary>
/// <param name="At">The place.</param>
/// <param name="Replacement">What shall stand there.</param>
internal readonly record struct BodyEdit(Range At, ReadOnlyMemory<byte> Replacement);
