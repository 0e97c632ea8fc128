namespace Oddswire.Board.Contracts;

/// <summary>A team.</summary>
/// <param name="Code">The vendor's short code, for example <c>NE</c>.</param>
/// <param name="Name">The name to show.</param>
public sealed record TeamView(string Code, string Name);

/// <summary>A selection of a market with its price in every format.</summary>
/// <param name="Code">
/// <c>home</c>, <c>away</c>, <c>draw</c>, <c>over</c>, <c>under</c>, <c>neither</c>, <c>yes</c>, <c>no</c>, <c>touchdown</c>, <c>field_goal</c> or <c>no_score</c>.
/// </param>
/// <param name="Decimal">Decimal price, three digits after the point, for example <c>1.909</c>; null when no price is offered.</param>
/// <param name="American">American price, for example <c>-110</c>; null when no price is offered.</param>
/// <param name="Fractional">Fractional price, for example <c>10/11</c>: the nearest of the customary fractions; null when no price is offered.</param>
/// <param name="Probability">Fair probability without margin, 0 to 1 with six digits after the point.</param>
/// <param name="Result"><c>won</c>, <c>lost</c>, <c>push</c> or <c>void</c> once settled; null before.</param>
public sealed record SelectionView(string Code, string? Decimal, string? American, string? Fractional, string Probability, string? Result);

/// <summary>The current price of one market.</summary>
public sealed record MarketView
{
    /// <summary>Names the market within the game, for example <c>spread:-3.5</c>.</summary>
    public required string Market { get; init; }

    /// <summary>The part of the game: <c>full_game</c>, <c>first_half</c>, <c>third_quarter</c>, <c>first_five_innings</c> and so on.</summary>
    public required string Scope { get; init; }

    /// <summary>
    /// <c>moneyline</c>, <c>spread</c>, <c>total</c>, <c>team_total</c>, <c>three_way</c>, <c>player_prop</c>, <c>next_score</c>, <c>race_to</c>,
    /// <c>drive_result</c>, <c>drive_score</c> or <c>half_inning_runs</c>.
    /// </summary>
    public required string Type { get; init; }

    /// <summary>Handicap of the home team or total, for example <c>-3.5</c>; null where the market has none.</summary>
    public string? Line { get; init; }

    /// <summary><c>home</c> or <c>away</c> for team totals, the player's id for player markets; null for the game.</summary>
    public string? Subject { get; init; }

    /// <summary>The statistic of a player market; null otherwise.</summary>
    public string? Statistic { get; init; }

    /// <summary>The player's name; null in other markets, and where no feed has named him.</summary>
    public string? Player { get; init; }

    /// <summary>Whether this is the line shown first.</summary>
    public bool IsMain { get; init; }

    /// <summary><c>open</c>, <c>suspended</c>, <c>settled</c> or <c>voided</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is not open, for example <c>feed_stalled</c>; null when open.</summary>
    public string? Reason { get; init; }

    /// <summary>0 until the market first ends; then one more each time it is settled or voided, and each time a correction undoes that.</summary>
    public int SettlementVersion { get; init; }

    /// <summary>Id of the update, 32 hexadecimal digits; give it to <c>oddswire explain</c>.</summary>
    public required string UpdateId { get; init; }

    /// <summary>Epoch of the game's chain.</summary>
    public required int Epoch { get; init; }

    /// <summary>Place of the update in the game's chain.</summary>
    public required long Sequence { get; init; }

    /// <summary>The update before it in the game's chain.</summary>
    public required long PreviousSequence { get; init; }

    /// <summary>Model and version.</summary>
    public required string Model { get; init; }

    /// <summary>When ingest received the cause, ISO 8601 UTC.</summary>
    public required string ReceivedAt { get; init; }

    /// <summary>The selections: home or over first.</summary>
    public required IReadOnlyList<SelectionView> Selections { get; init; }
}

/// <summary>The three markets shown first; each null while it has no price.</summary>
public sealed record MainMarketsView(MarketView? Moneyline, MarketView? Spread, MarketView? Total);

/// <summary>A missing part of a game's odds chain.</summary>
public sealed record HoleView(int Epoch, long From, long To);

/// <summary>A game with its score and situation.</summary>
public record GameView
{
    /// <summary>For example <c>nfl:2015091000</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>nfl</c>, <c>nba</c> or <c>mlb</c>.</summary>
    public required string League { get; init; }

    /// <summary><c>scheduled</c>, <c>live</c>, <c>final</c> or <c>abandoned</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The visiting team.</summary>
    public required TeamView Away { get; init; }

    /// <summary>The home team.</summary>
    public required TeamView Home { get; init; }

    /// <summary>Points of the visiting team.</summary>
    public int AwayScore { get; init; }

    /// <summary>Points of the home team.</summary>
    public int HomeScore { get; init; }

    /// <summary>Quarter or inning, from 1; 0 before the start.</summary>
    public int Period { get; init; }

    /// <summary>The period in words, for example <c>Q3</c>, <c>OT</c>, <c>Top 7</c>, <c>Final</c>.</summary>
    public required string PeriodLabel { get; init; }

    /// <summary>Time left in the period, for example <c>7:42</c>; null where no clock runs.</summary>
    public string? Clock { get; init; }

    /// <summary><c>home</c> or <c>away</c>: who has the ball or bats; null when nobody.</summary>
    public string? Possession { get; init; }

    /// <summary>Down and distance, or outs and runners, in words; null when there is nothing to say.</summary>
    public string? Situation { get; init; }

    /// <summary>Baseball: occupied bases as bits (1 first, 2 second, 4 third); null elsewhere.</summary>
    public int? Bases { get; init; }

    /// <summary>Baseball: outs; null elsewhere.</summary>
    public int? Outs { get; init; }

    /// <summary>Whether the feed of the game is silent beyond its heartbeat.</summary>
    public bool IsFeedStalled { get; init; }

    /// <summary>Messages of the feed known to be missing; 0 when the state is certain.</summary>
    public int MissingMessages { get; init; }

    /// <summary>Scheduled start, ISO 8601 UTC; null where unknown.</summary>
    public string? ScheduledAt { get; init; }

    /// <summary>When ingest received the last cause of a change, ISO 8601 UTC; null before the first.</summary>
    public string? UpdatedAt { get; init; }

    /// <summary>Sequence of the last normalised event.</summary>
    public long EventSequence { get; init; }

    /// <summary>Epoch of the odds chain.</summary>
    public int Epoch { get; init; }

    /// <summary>Sequence of the last odds update.</summary>
    public long Sequence { get; init; }

    /// <summary>Missing parts of the odds chain; empty when all is well.</summary>
    public IReadOnlyList<HoleView> Holes { get; init; } = [];

    /// <summary>The markets shown first.</summary>
    public required MainMarketsView Main { get; init; }
}

/// <summary>One entry of a game's event list.</summary>
public sealed record EventView
{
    /// <summary>Place among the normalised events of the game.</summary>
    public required long Sequence { get; init; }

    /// <summary>The vendor's key of the event.</summary>
    public required string Key { get; init; }

    /// <summary><c>play</c>, <c>period_start</c>, <c>gap</c>, <c>feed_stalled</c> …</summary>
    public required string Kind { get; init; }

    /// <summary><c>on_time</c>, <c>late</c>, <c>correction</c> or <c>control</c>.</summary>
    public required string Disposition { get; init; }

    /// <summary>0, then counted up by each correction.</summary>
    public int Revision { get; init; }

    /// <summary>The period after the event, in words.</summary>
    public required string PeriodLabel { get; init; }

    /// <summary>Time left after the event; null where no clock runs.</summary>
    public string? Clock { get; init; }

    /// <summary>Points of the visiting team after the event.</summary>
    public int AwayScore { get; init; }

    /// <summary>Points of the home team after the event.</summary>
    public int HomeScore { get; init; }

    /// <summary>When it happened, by the vendor's clock, ISO 8601 UTC; null where unknown.</summary>
    public string? OccurredAt { get; init; }

    /// <summary>What happened.</summary>
    public required string Text { get; init; }
}

/// <summary>Games.</summary>
public sealed record GamesView(IReadOnlyList<GameView> Games);

/// <summary>Every market of a game.</summary>
public sealed record GameOddsView(string GameId, int Epoch, long Sequence, IReadOnlyList<MarketView> Markets);

/// <summary>Events of a game, the newest last.</summary>
public sealed record GameEventsView(string GameId, IReadOnlyList<EventView> Events);

/// <summary>A game as the stream sends it: always the header, and those markets and events that changed.</summary>
public sealed record GameDelta : GameView
{
    /// <summary>Markets that changed; null when only the main ones were asked for.</summary>
    public IReadOnlyList<MarketView>? Markets { get; init; }

    /// <summary>Events that came or were corrected; null when not asked for.</summary>
    public IReadOnlyList<EventView>? Events { get; init; }
}

/// <summary>One point of a price history.</summary>
/// <param name="At">When ingest received the cause, ISO 8601 UTC.</param>
/// <param name="Market">The market, for example <c>spread:-3.5</c>.</param>
/// <param name="Sequence">Place in the game's chain.</param>
/// <param name="Status">The market's status at that moment.</param>
/// <param name="Line">Handicap or total; null where the market has none.</param>
/// <param name="Decimal">Decimal price of the first selection (home or over); null when none was offered.</param>
/// <param name="Probability">Fair probability of the first selection, 0 to 1 with six digits.</param>
/// <param name="PeriodLabel">The quarter in words, or the inning, at that moment.</param>
/// <param name="HomeScore">Points of the home team at that moment.</param>
/// <param name="AwayScore">Points of the visiting team at that moment.</param>
public sealed record HistoryPoint(
    string At, string Market, long Sequence, string Status, string? Line, string? Decimal, string Probability, string PeriodLabel, int HomeScore, int AwayScore);

/// <summary>The price history of a market of a game, oldest first.</summary>
/// <param name="GameId">The game.</param>
/// <param name="Market">What was asked for.</param>
/// <param name="IsTruncated">Whether older points were left out because of the limit.</param>
/// <param name="Points">The points.</param>
public sealed record HistoryView(string GameId, string Market, bool IsTruncated, IReadOnlyList<HistoryPoint> Points);
