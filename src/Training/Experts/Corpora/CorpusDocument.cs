namespace Godwit.Training.Experts.Corpora;

/// <summary>One text of a corpus.</summary>
/// <param name="Corpus">Folder that it comes from.</param>
/// <param name="Domain">Expert whose subject it is; <see cref="CorpusReader.General"/> when it is nobody's.</param>
/// <param name="Id">Its name, unique in the corpus.</param>
/// <param name="Split">What it may be used for.</param>
/// <param name="Text">The text.</param>
/// <param name="AnswerAt">Where the answer begins, for a text that is question and answer, or opening and continuation; 0 when it is not.</param>
internal sealed record CorpusDocument(string Corpus, string Domain, string Id, CorpusSplit Split, string Text, int AnswerAt);
