namespace Godwit.Training.Experts.Corpora;

/// <summary>A text as its file gives it.</summary>
/// <param name="Source">What it was made from: texts of one source are so alike that they must not be torn apart by the split.</param>
/// <param name="Text">The text.</param>
/// <param name="AnswerAt">Where the answer begins; 0: nowhere.</param>
internal readonly record struct RawDocument(string Source, string Text, int AnswerAt = 0)
{
    /// <summary>A question and its answer, on lines of their own.</summary>
    public static RawDocument Of(string source, string question, string answer) =>
        new(source, $"{question.Trim()}\n{answer.Trim()}", question.Trim().Length + 1);
}
