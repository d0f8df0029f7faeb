namespace Godwit.Worker.Tokenization.Normalization;

/// <summary>Canonical composition, from the data compiled in.</summary>
internal sealed class NfcNormalizer : Normalizer
{
    public override string Apply(string text) => Nfc.Normalize(text);
}
