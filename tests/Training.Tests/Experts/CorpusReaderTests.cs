using Godwit.Training.Experts.Corpora;

namespace Godwit.Training.Tests.Experts;

public sealed class CorpusReaderTests(SmallCorpora corpora) : IClassFixture<SmallCorpora>
{
    private readonly IReadOnlyList<CorpusDocument> _documents = CorpusReader.Read(corpora.Folder);

    [Fact]
    public void Every_expert_has_texts_to_train_on_to_be_chosen_by_and_to_be_tested_on() => Assert.All(
        CorpusReader.Domains.Append(CorpusReader.General),
        domain => Assert.All(
            Enum.GetValues<CorpusSplit>(),
            split => Assert.Contains(_documents, document => document.Domain == domain && document.Split == split)));

    [Fact]
    public void Nothing_is_trained_on_the_unseen_domain_or_on_known_test_sets()
    {
        CorpusDocument[] heldOut =
            [.. _documents.Where(document => document.Domain == CorpusReader.Unseen || document.Text.Contains("held_out", StringComparison.Ordinal))];
        Assert.Equal(SmallCorpora.PerCorpus + 1, heldOut.Length);
        Assert.All(heldOut, document => Assert.Equal(CorpusSplit.Test, document.Split));
    }

    [Fact]
    public void What_was_made_from_one_source_is_in_one_split()
    {
        // Three questions to a table, and two ways to ask for one query.
        ILookup<string, CorpusDocument> bySource = _documents.Where(document => document.Domain == "sql").ToLookup(
            document => document.Text.StartsWith("Who", StringComparison.Ordinal)
                ? $"table {int.Parse(document.Text.Split(' ')[2], null) / 3}"
                : document.Text.Split('\n')[1].Split(" AND ")[1]);
        Assert.All(bySource, source => Assert.Single(source.Select(document => document.Split).Distinct()));
        Assert.Equal((SmallCorpora.PerCorpus / 3) + SmallCorpora.PerCorpus, bySource.Count);
    }

    [Fact]
    public void Queries_are_written_as_people_write_them()
    {
        Assert.Contains(_documents, document => document.Text.EndsWith("\nSELECT PLAYER FROM TABLE WHERE POINTS = 7;", StringComparison.Ordinal));
        Assert.Contains(_documents, document =>
            document.Text == "Is course 507 open to everybody this term ?\nSELECT COURSE.NAME FROM COURSE WHERE COURSE.NUMBER = 507 AND 7 = 7;");
    }

    [Fact]
    public void Answers_begin_where_they_are_said_to()
    {
        CorpusDocument sum = _documents.First(document => document.Domain == "math");
        Assert.Matches(@"^\d+-1=-?\d+\n#### -?\d+$", sum.Text[sum.AnswerAt..]);
        CorpusDocument talk = _documents.First(document => document.Corpus == "clinical-mts-dialog");
        Assert.StartsWith("Doctor: How are you?\nPatient:", talk.Text, StringComparison.Ordinal);
        Assert.Matches("^The patient, aged [0-9]+, says \"it hurts\".$", talk.Text[talk.AnswerAt..]);
        Assert.All(_documents, document => Assert.InRange(document.AnswerAt, 0, document.Text.Length - 1));
    }

    [Fact]
    public void Articles_and_stories_are_told_apart()
    {
        Assert.Equal(SmallCorpora.PerCorpus, _documents.Count(document => document.Domain == "stories"));
        Assert.Equal(2 * SmallCorpora.PerCorpus, _documents.Count(document => document.Domain == "wiki"));
    }

    [Fact]
    public void The_same_files_give_the_same_splits() => Assert.Equal(_documents, CorpusReader.Read(corpora.Folder));

    [Theory]
    [InlineData(" The lobster is , as one knows , part of the deep @-@ sea . ", "the lobster is, as one knows, part of the deep-sea.")]
    [InlineData("She did n't say ( so )  twice\n \n\nEnd", "she didn't say (so) twice\nend")]
    [InlineData("1 @,@ 000 of <unk> 's", "1,000 of <unk>'s")]
    public void A_normalised_text_has_no_habits(string text, string expected)
    {
        Assert.Equal(expected, TextNormalization.Normalize(text));
        Assert.Equal(expected, TextNormalization.Normalize(expected));
    }
}
