namespace Godwit.Worker.ChatTemplates.Syntax;

/// <summary>What a lexer token is.</summary>
internal enum TemplateTokenKind
{
    /// <summary>Text outside tags, white-space control applied.</summary>
    Text,

    /// <summary><c>{{</c></summary>
    OutputStart,

    /// <summary><c>}}</c></summary>
    OutputEnd,

    /// <summary><c>{%</c></summary>
    StatementStart,

    /// <summary><c>%}</c></summary>
    StatementEnd,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A string literal, unescaped.</summary>
    String,

    /// <summary>Decimal digits.</summary>
    Integer,

    /// <summary>A number with a fraction or an exponent.</summary>
    Float,

    /// <summary>An operator or bracket.</summary>
    Symbol,

    /// <summary>The end of the template.</summary>
    End,
}
