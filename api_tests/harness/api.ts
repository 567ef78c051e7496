/** The JSON API as a client uses it; every method throws on an answer that is not 2xx, with the answer's body. */

export interface EventInput {
  title: string;
  description?: string;
  /** RFC 3339 with an offset, or a local date and time read in `timezone`. */
  start: string;
  end?: string;
  timezone?: string;
  all_day?: boolean;
  place?: { name: string; street?: string; postal_code?: string; city?: string; country?: string; latitude?: number; longitude?: number };
  online_url?: string;
  category?: string;
  tags?: string[];
  price?: string;
  registration_url?: string;
  language?: string;
  status?: "confirmed" | "tentative" | "cancelled" | "postponed";
}

export interface EventView extends EventInput {
  id: string;
  /** ActivityPub id, `http://alpha.test/events/<uuid>` for one of ours. */
  uri: string;
  /** Address of its page. */
  url: string;
}

export interface FollowView {
  id: string;
  target: string;
  state: "pending" | "accepted" | "refused";
}

export interface DeliveryView {
  inbox: string;
  activity_id: string;
  state: string;
  attempts: number;
  error?: string;
}

export interface AgendaView {
  username: string;
  /** ActivityPub id, `http://alpha.test/@raffinerie`. */
  uri: string;
}

/** An answer outside 2xx. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: string;
  constructor(method: string, path: string, status: number, body: string) {
    super(`${method} ${path}: ${status} ${body.slice(0, 500)}`);
    this.status = status;
    this.body = body;
  }
}

export class ApiClient {
  readonly origin: string;
  private readonly token: string | null;

  constructor(origin: string, token: string | null = null) {
    this.origin = origin;
    this.token = token;
  }

  static async signIn(origin: string, email: string, password: string): Promise<ApiClient> {
    const { token } = await new ApiClient(origin).call<{ token: string }>("POST", "/session", { email, password });
    return new ApiClient(origin, token);
  }

  createAgenda(username: string, name = username, summary = ""): Promise<AgendaView> {
    return this.call("POST", "/agendas", { username, name, summary });
  }
  createEvent(agenda: string, event: EventInput): Promise<EventView> {
    return this.call("POST", `/agendas/${agenda}/events`, event);
  }
  updateEvent(id: string, change: Partial<EventInput>): Promise<EventView> {
    return this.call("PATCH", `/events/${id}`, change);
  }
  async deleteEvent(id: string): Promise<void> {
    await this.call("DELETE", `/events/${id}`);
  }
  /** Every page of the list, one after the other. */
  async events(query: Record<string, string> = {}): Promise<EventView[]> {
    const all: EventView[] = [];
    let cursor: string | null = null;
    do {
      const search = new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) });
      const page: { items: EventView[]; next?: string | null } = await this.call("GET", `/events?${search}`);
      all.push(...page.items);
      cursor = page.next ?? null;
    } while (cursor);
    return all;
  }
  follow(target: string): Promise<FollowView> {
    return this.call("POST", "/follows", { target });
  }
  async follows(): Promise<FollowView[]> {
    return (await this.call<{ items: FollowView[] }>("GET", "/follows")).items;
  }
  async unfollow(id: string): Promise<void> {
    await this.call("DELETE", `/follows/${id}`);
  }
  async followers(): Promise<{ id: string; actor: string; target: string; state: string }[]> {
    return (await this.call<{ items: { id: string; actor: string; target: string; state: string }[] }>("GET", "/followers")).items;
  }
  async answerFollower(id: string, answer: "accept" | "refuse"): Promise<void> {
    await this.call("POST", `/followers/${id}/${answer}`);
  }
  async deliveries(): Promise<DeliveryView[]> {
    return (await this.call<{ items: DeliveryView[] }>("GET", "/deliveries")).items;
  }

  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.origin}/api/v1${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(method, path, response.status, text);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
