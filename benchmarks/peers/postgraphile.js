// PostGraphile over the services' databases: the relations are those of the tables, declared by smart tags since the
// mirrored tables have no foreign keys; reviews and messages are fetched from the databases of their owners.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql, pgSmartTags } from "postgraphile/utils";

const { ORG, PORT, CONNECTIONS, PIPELINE, REVIEWS, OUTREACH } = process.env;
const pgSettings = { "rapport.org_id": ORG };

const service = (name, connectionString) =>
  makePgService({ name, connectionString, schemas: ["public"], poolConfig: { max: Number(CONNECTIONS) } });

const to = (columns, table, field, listed) =>
  `(${columns}) references ${table} (org_id, id)|@fieldName ${field}|@foreignFieldName ${listed}`;

const tags = {
  job_stage: [to("org_id, job_id", "job", "job", "stages")],
  card: [to("org_id, stage_id", "job_stage", "stage", "cards")],
  application: [
    to("org_id, person_id", "person", "person", "applications"),
    to("org_id, job_id", "job", "job", "applications"),
    to("org_id, stage_id", "job_stage", "stage", "applications"),
  ],
  transition: [
    to("org_id, application_id", "application", "application", "history"),
    to("org_id, from_stage_id", "job_stage", "fromStage", "left"),
    to("org_id, to_stage_id", "job_stage", "toStage", "entered"),
  ],
  feed_entry: [
    to("org_id, person_id", "person", "person", "activity"),
    to("org_id, from_stage_id", "job_stage", "fromStage", "leftInFeeds"),
    to("org_id, to_stage_id", "job_stage", "toStage", "enteredInFeeds"),
  ],
};

const relations = pgSmartTags(
  Object.entries(tags).map(([match, foreignKey]) => ({ serviceName: "main", kind: "class", match, tags: { foreignKey } })),
);

const ofOtherServices = extendSchema((build) => {
  const { reviews_review: review, outreach_message: message } = build.pgResources;
  const found = (resource, key) => ($entry) => resource.get({ org_id: $entry.get("org_id"), id: $entry.get(key) });
  return {
    typeDefs: gql`
      extend type FeedEntry {
        review: ReviewsReview
        message: OutreachMessage
      }
    `,
    objects: {
      FeedEntry: { plans: { review: found(review, "review_id"), message: found(message, "message_id") } },
    },
  };
});

const server = createServer();
postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [relations, ofOtherServices],
  disablePlugins: ["MutationPlugin", "PgIndexBehaviorsPlugin"],
  pgServices: [service("main", PIPELINE), service("reviews", REVIEWS), service("outreach", OUTREACH)],
  grafast: { context: { pgSettings, reviews_pgSettings: pgSettings, outreach_pgSettings: pgSettings } },
  grafserv: { graphqlPath: "/graphql", graphiql: false, websockets: false, watch: false },
})
  .createServ(grafserv)
  .addTo(server);
server.listen(Number(PORT), "127.0.0.1");
