namespace Godwit.Worker.Model;

/// <summary>One tensor as a safetensors header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its number format as written; may be one that weights are not read in.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Offset">Where its data begins in the file, in bytes.</param>
/// <param name="ByteLength">Length of its data in bytes.</param>
internal sealed record SafetensorsEntry(string Name, string Dtype, IReadOnlyList<long> Shape, long Offset, long ByteLength);
