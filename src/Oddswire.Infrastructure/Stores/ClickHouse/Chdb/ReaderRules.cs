using System.Text.RegularExpressions;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>
/// What somebody without the password may ask. The engine runs as a library of this process and treats every statement as its owner's own, so
/// <c>readonly = 1</c> (no writes, no changes of settings, no table functions that leave the archive) does not cover everything: these rules refuse the rest,
/// which would read and write files with the owner's rights or end other people's statements. They look at the plain text and refuse too much rather
/// than too little.
/// </summary>
internal static partial class ReaderRules
{
    private static readonly HashSet<string> Verbs = ["SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "USE"];

    /// <summary>Checks a reader's request.</summary>
    /// <exception cref="ClickHouseException">It is not for readers: code 164 (READONLY), with the reason.</exception>
    public static void Check(ChdbRequest request)
    {
        if (StatementText.Verb(request.Text) is var verb && !Verbs.Contains(verb))
        {
            throw Refused($"a statement begins with SELECT, WITH, SHOW, DESCRIBE, EXPLAIN, EXISTS or USE, not with '{(verb.Length <= 20 ? verb : verb[..20])}'");
        }

        if (Outfile().IsMatch(request.Text))
        {
            throw Refused("no INTO OUTFILE; save the answer where you are");
        }

        if (FileFunction().IsMatch(request.Text) || request.Parameters.Any(parameter => parameter.Value == "file"))
        {
            throw Refused("no function 'file', nor the word or an escaped name that could stand for it");
        }

        if (request.Settings.FirstOrDefault(setting => NamesFiles(setting.Key)).Key is { } setting)
        {
            throw Refused($"not the setting '{setting}', which names a file");
        }
    }

    /// <summary>Settings that make the engine read a file of the machine.</summary>
    private static bool NamesFiles(string setting) =>
        setting.StartsWith("format_template_", StringComparison.OrdinalIgnoreCase) || setting.StartsWith("format_schema", StringComparison.OrdinalIgnoreCase);

    private static ClickHouseException Refused(string rule) => new(
        164, $"Code: 164. DB::Exception: Without a password the archive is read-only: {rule}. User and password of this start are in archive/endpoint.json of the data folder. (READONLY)", false);

    [GeneratedRegex(@"\bOUTFILE\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Outfile();

    /// <summary>The function's name, which is case-sensitive; or a quoted name with an escape behind at most three of its letters.</summary>
    [GeneratedRegex(@"\bfile\b|[""`][file]{0,3}\\", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileFunction();
}
