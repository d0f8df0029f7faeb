namespace Godwit.Training.Experts.Corpora;

/// <summary>What a document may be used for. Documents of one source lie in one of them.</summary>
internal enum CorpusSplit
{
    /// <summary>Experts are trained on it.</summary>
    Train,

    /// <summary>No expert has seen it: the router is trained on it.</summary>
    Validation,

    /// <summary>Nothing is trained on it.</summary>
    Test,
}
