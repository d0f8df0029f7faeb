namespace Godwit.Worker.Model;

/// <summary>The number formats that weights may have.</summary>
internal enum WeightDtype
{
    F32,
    F16,
    BF16,
}
