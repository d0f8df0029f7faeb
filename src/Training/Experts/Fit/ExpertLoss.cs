using System.Text;
using Godwit.Training.Experts.Network;
using Godwit.Training.Experts.Vocabulary;
using Godwit.Worker.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Godwit.Training.Experts.Fit;

/// <summary>How well weights predict texts, in nats per UTF-8 byte: that compares models of different vocabularies.</summary>
internal static class ExpertLoss
{
    /// <summary>Loss over all texts together; of a text longer than the context only its beginning counts.</summary>
    public static double Of(ExpertWeights weights, Tokenizer tokenizer, IEnumerable<string> texts)
    {
        using ExpertNetwork network = new(weights);
        using IDisposable noGradients = no_grad();
        double nats = 0;
        long bytes = 0;
        foreach (string text in texts)
        {
            using DisposeScope scope = NewDisposeScope();
            long[] ids = [ExpertTokenizer.Boundary, .. tokenizer.Encode(text, addSpecialTokens: false).Take(weights.Shape.Context).Select(id => (long)id)];
            nats += network.Loss(tensor(ids, 1, ids.Length), nn.Reduction.Sum).item<float>();
            bytes += Encoding.UTF8.GetByteCount(tokenizer.Decode([.. ids[1..].Select(id => (int)id)], skipSpecialTokens: false));
        }

        return nats / bytes;
    }
}
