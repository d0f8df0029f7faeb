using Godwit.Worker.Sampling;

namespace Godwit.Worker.Api.Requests;

/// <summary>Reads the fields that say how tokens are drawn.</summary>
internal static class SamplingFields
{
    /// <summary>The sampling that a body asks for, but for when it ends; the seed is left to whoever admits the request.</summary>
    public static SamplingParams Read(Fields fields, ServedModel model)
    {
        int topK = Math.Max(0, fields.Integer("top_k", -1, ApiLimits.TopK) ?? 0);
        return new SamplingParams
        {
            Temperature = fields.Number("temperature", 0, 2) ?? 1,
            MinP = fields.Number("min_p", 0, 1) ?? 0,
            TopK = topK >= model.VocabularySize ? 0 : topK,
            TopP = fields.Number("top_p", 0, 1, aboveMin: true) ?? 1,
            FrequencyPenalty = fields.Number("frequency_penalty", -2, 2) ?? 0,
            PresencePenalty = fields.Number("presence_penalty", -2, 2) ?? 0,
            RepetitionPenalty = fields.Number("repetition_penalty", 0, ApiLimits.RepetitionPenalty, aboveMin: true) ?? 1,
            LogitBias = TokenFields.ReadBias(fields, model.VocabularySize),
            AllowedTokenIds = TokenFields.ReadAllowed(fields, model.VocabularySize),
            BadWords = TokenFields.ReadBadWords(fields, model),
            SkipSpecialTokens = fields.Flag("skip_special_tokens", otherwise: true),
        };
    }
}
