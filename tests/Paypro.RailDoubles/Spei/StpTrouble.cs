using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Spei;

/// <summary>How a call goes wrong.</summary>
/// <param name="Kind">When it does.</param>
internal sealed record StpTrouble(StpTroubleKind Kind)
{
    /// <summary>The answer's status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The answer's body.</summary>
    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>Changes what would have been answered.</summary>
    public Action<JsonObject>? Change { get; init; }

    /// <summary>Runs after the call was done and before it is answered.</summary>
    public Func<Task>? Before { get; init; }

    public static StpTrouble CutBefore { get; } = new(StpTroubleKind.CutBefore);

    public static StpTrouble CutAfter { get; } = new(StpTroubleKind.CutAfter);

    public static StpTrouble HangAfter { get; } = new(StpTroubleKind.HangAfter);

    /// <summary>The service did not answer, and the order has gone out.</summary>
    public static StpTrouble NoAnswerAfter { get; } = After(200, Refusal(0, "No se recibió respuesta del servicio"));

    /// <summary>The service did not answer, and no order has gone out.</summary>
    public static StpTrouble NoAnswerInstead { get; } = Instead(200, Refusal(0, "No se recibio respuesta del servicio"));

    /// <summary>Answered so, and nothing is done.</summary>
    public static StpTrouble Instead(int status, string body, string contentType = "application/json") => new(StpTroubleKind.Instead) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and answered so all the same.</summary>
    public static StpTrouble After(int status, string body, string contentType = "application/json") => new(StpTroubleKind.After) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and the answer changed.</summary>
    public static StpTrouble Changed(Action<JsonObject> change) => new(StpTroubleKind.Changed) { Change = change };

    /// <summary>A refusal of an order.</summary>
    public static string Refusal(int id, string text) => new JsonObject { ["resultado"] = new JsonObject { ["id"] = id, ["descripcionError"] = text } }.ToJsonString();
}

/// <summary>When a call goes wrong.</summary>
internal enum StpTroubleKind
{
    /// <summary>The connection is cut and nothing is done.</summary>
    CutBefore = 1,

    /// <summary>It is done, and the connection is cut.</summary>
    CutAfter = 2,

    /// <summary>It is done, and no answer comes.</summary>
    HangAfter = 3,

    /// <summary>Nothing is done, and something is answered.</summary>
    Instead = 4,

    /// <summary>It is done, and something else is answered.</summary>
    After = 5,

    /// <summary>It is done, and the answer is changed.</summary>
    Changed = 6,
}
