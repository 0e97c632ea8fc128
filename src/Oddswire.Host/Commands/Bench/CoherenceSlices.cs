using System.Text.Json;
using Oddswire.Calibration.Coherence;
using Oddswire.Core.Domain;

namespace Oddswire.Host.Commands.Bench;

/// <summary>What was asked to be checked: a slice of another order is not one of this.</summary>
internal sealed record CoherenceOrder(string League, string Model, int Seed, long States);

/// <summary>
/// The slices of a check of coherence that are done, a line of JSON each: a run that was ended goes on after them. A line that was cut short by the end of the
/// process is not counted. Safe for several threads.
/// </summary>
internal sealed class CoherenceSlices
{
    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web);

    private readonly string _file;
    private readonly CoherenceOrder _order;
    private readonly Dictionary<int, IReadOnlyList<CoherenceFinding>> _known = [];
    private readonly Lock _gate = new();

    private CoherenceSlices(string file, CoherenceOrder order) => (_file, _order) = (file, order);

    /// <summary>Reads what a file holds of an order; a file that is not there holds nothing yet.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or is not such a file.</exception>
    public static CoherenceSlices Open(string file, CoherenceOrder order)
    {
        var slices = new CoherenceSlices(file, order);
        try
        {
            var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
            for (var i = 0; i < lines.Length; i++)
            {
                slices.Take(lines[i], i + 1, isLast: i == lines.Length - 1);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Usage, $"{file} cannot be read: {error.Message}", "Name another file with --log.");
        }

        return slices;
    }

    /// <summary>What was found in a slice; null when it is not done.</summary>
    public IReadOnlyList<CoherenceFinding>? Find(int slice)
    {
        lock (_gate)
        {
            return _known.GetValueOrDefault(slice);
        }
    }

    /// <summary>Writes a slice that is done.</summary>
    public void Add(int slice, IReadOnlyList<CoherenceFinding> findings)
    {
        var line = new SliceLine(
            _order, slice, [.. findings.Select(static found => new RuleLine(found.Rule, found.Checks, found.Breaches, found.Worst.Value, found.Example))]);
        lock (_gate)
        {
            File.AppendAllText(_file, JsonSerializer.Serialize(line, Style) + "\n");
        }
    }

    private void Take(string text, int number, bool isLast)
    {
        SliceLine? line = null;
        try
        {
            line = text.Length == 0 ? null : JsonSerializer.Deserialize<SliceLine>(text, Style);
        }
        catch (JsonException) when (text[0] == '{')
        {
            // Cut short: its slice is checked again, on a line of its own.
            File.AppendAllText(_file, isLast ? "\n" : "");
        }
        catch (JsonException error)
        {
            throw new UserErrorException(ExitCodes.Usage, $"{_file}, line {number} is not a slice of a check of coherence: {error.Message}", "Name another file with --log.");
        }

        if (line?.Order == _order)
        {
            _known[line.Slice] = [.. line.Rules.Select(static rule => new CoherenceFinding(rule.Rule, rule.Checks, rule.Breaches, Chance.Of(rule.Worst), rule.Example))];
        }
    }

    private sealed record SliceLine(CoherenceOrder Order, int Slice, IReadOnlyList<RuleLine> Rules);

    private sealed record RuleLine(string Rule, long Checks, long Breaches, double Worst, string Example);
}
