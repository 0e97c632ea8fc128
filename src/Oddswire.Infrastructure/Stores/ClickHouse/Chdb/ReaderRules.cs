using System.Text.RegularExpressions;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>
/// What somebody without the password may ask. The engine runs as a library of this process and treats every statement as its owner's own, so
/// <c>readonly = 1</c> (no writes, no changes of settings, no table functions that leave the archive) does not cover everything: these rules refuse the rest,
/// which would read and write files with the owner's rights, ask other hosts, or end other people's statements. They look at the plain text and refuse too much rather
/// than too little.
/// </summary>
internal static partial class ReaderRules
{
    // What drivers and tools send. Others are not let through: some hold expressions (additional_result_filter) or names of files (format_schema, output_format_schema).
    private static readonly string[] SettingPrefixes = ["max_", "output_format_", "format_csv_", "http_", "date_time_"];
    private static readonly HashSet<string> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        "readonly", "session_timezone", "join_use_nulls", "transform_null_in", "extremes", "wait_end_of_query", "send_progress_in_http_headers",
        "cancel_http_readonly_queries_on_client_close", "enable_http_compression", "result_overflow_mode", "read_overflow_mode", "timeout_overflow_mode",
        "prefer_column_name_to_alias", "connect_timeout", "receive_timeout", "send_timeout", "log_comment",
    };

    private static readonly HashSet<string> Verbs = ["SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "USE"];

    /// <summary>Checks a reader's request.</summary>
    /// <exception cref="ClickHouseException">It is not for readers: code 164 (READONLY), with the reason.</exception>
    public static void Check(ChdbRequest request)
    {
        var verb = StatementText.Verb(request.Text);
        if (!Verbs.Contains(verb))
        {
            throw Refused($"a statement begins with SELECT, WITH, SHOW, DESCRIBE, EXPLAIN, EXISTS or USE, not with '{(verb.Length <= 20 ? verb : verb[..20])}'");
        }

        // To describe a table function the engine calls it: url(…) asks the network for a first row.
        if (verb is "DESCRIBE" or "DESC" && request.Text.Contains('(', StringComparison.Ordinal) && !DescribedQuery().IsMatch(request.Text))
        {
            throw Refused("describe a table by its name, or a query in brackets right behind DESCRIBE");
        }

        if (Outfile().IsMatch(request.Text))
        {
            throw Refused("no INTO OUTFILE; save the answer where you are");
        }

        if (Function().IsMatch(request.Text) || request.Parameters.Any(parameter => FunctionName().IsMatch(parameter.Value)))
        {
            throw Refused("no function 'file' or 'hasColumnInTable' (which asks other hosts), nor the word or an escaped name that could stand for it");
        }

        if (request.Settings.FirstOrDefault(setting => !IsForReaders(setting.Key)).Key is { } setting)
        {
            throw Refused($"not the setting '{setting}'; limits (max_…), formats (output_format_…, format_csv_…, date_time_…) and what drivers send are let through");
        }
    }

    private static bool IsForReaders(string setting) =>
        Settings.Contains(setting)
        || (SettingPrefixes.Any(prefix => setting.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) && !setting.Equals("output_format_schema", StringComparison.OrdinalIgnoreCase));

    private static ClickHouseException Refused(string rule) => new(
        164, $"Code: 164. DB::Exception: Without a password the archive is read-only: {rule}. User and password of this start are in archive/endpoint.json of the data folder. (READONLY)", false);

    // Borders of words are those of the engine, to which a zero-width joiner, a letter to Regex, is white space.
    [GeneratedRegex("(?<![A-Za-z0-9_])OUTFILE(?![A-Za-z0-9_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Outfile();

    [GeneratedRegex(@"^\s*DESC(RIBE)?\s+(TABLE\s*)?\(", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DescribedQuery();

    /// <summary>A function's name, which is case-sensitive; or a quoted name with an escape behind letters of such a name.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9_])(file|hasColumnInTable)(?![A-Za-z0-9_])|[""`]([file]{0,3}|[hasColumnITble]{0,15})\\", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Function();

    /// <summary>The same names as a parameter's value, whose escapes the engine reads.</summary>
    [GeneratedRegex(@"^(([file]|\\x[0-9A-Fa-f]{2}|\\.){4}|([hasColumnITble]|\\x[0-9A-Fa-f]{2}|\\.){16})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FunctionName();
}
