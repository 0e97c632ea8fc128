using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Oddswire.Board.Contracts;

namespace Oddswire.Host.Api;

/// <summary>How the API writes JSON: camel case, nothing for null, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GamesView))]
[JsonSerializable(typeof(GameView))]
[JsonSerializable(typeof(GameDelta))]
[JsonSerializable(typeof(GameOddsView))]
[JsonSerializable(typeof(GameEventsView))]
[JsonSerializable(typeof(HistoryView))]
[JsonSerializable(typeof(VerdictView))]
[JsonSerializable(typeof(DevigView))]
[JsonSerializable(typeof(PipelineView))]
[JsonSerializable(typeof(UpdateView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Plus signs of American prices stay readable: the answers are JSON, never part of a page.</summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>One update of the complete stream.</summary>
/// <param name="GameId">The game.</param>
/// <param name="HomeScore">Points of the home team when the price was made.</param>
/// <param name="AwayScore">Points of the visiting team when the price was made.</param>
/// <param name="CauseKey">Key of the event that caused it.</param>
/// <param name="Market">The market with its prices.</param>
public sealed record UpdateView(string GameId, int HomeScore, int AwayScore, string CauseKey, MarketView Market);

/// <summary>Health.</summary>
/// <param name="Status"><c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Reasons">Why it is not ready; empty when it is.</param>
public sealed record HealthView(string Status, IReadOnlyList<string> Reasons);
