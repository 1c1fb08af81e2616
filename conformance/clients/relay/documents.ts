// What Relay's compiler reads. A bundler's Relay plugin would put what the compiler made of a literal in the literal's place;
// there is no bundler here, so the test imports that from generated/relay and nothing imports this file.
import { graphql } from 'relay-runtime';

graphql`
  query CatalogQuery($words: String, $filter: AssetFilter, $count: Int!) {
    ...Catalog_assets @arguments(words: $words, filter: $filter, count: $count)
  }
`;

graphql`
  fragment Catalog_assets on Query
  @refetchable(queryName: "CatalogPageQuery")
  @argumentDefinitions(
    words: { type: "String" }
    filter: { type: "AssetFilter" }
    count: { type: "Int", defaultValue: 20 }
    cursor: { type: "String" }
  ) {
    assets(query: $words, filter: $filter, first: $count, after: $cursor)
      @connection(key: "Catalog_assets", filters: ["query", "filter"]) {
      totalCount
      edges {
        score
        node {
          id
          title
          publishedAt
          personas { name }
        }
      }
    }
  }
`;

graphql`
  query LeadsQuery($count: Int!) {
    ...Leads_leads @arguments(count: $count)
  }
`;

graphql`
  fragment Leads_leads on Query
  @refetchable(queryName: "LeadsPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    leads(first: $count, after: $cursor) @connection(key: "Leads_leads") {
      totalCount
      edges { node { id company } }
    }
  }
`;

graphql`
  query LeadSendsQuery($lead: ID!, $count: Int!) {
    lead(id: $lead) {
      id
      ...LeadSends_lead @arguments(count: $count)
    }
  }
`;

graphql`
  fragment LeadSends_lead on Lead
  @refetchable(queryName: "LeadSendsPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    sends(first: $count, after: $cursor) @connection(key: "LeadSends_sends") {
      totalCount
      edges { node { id sentAt assets { id title } } }
    }
  }
`;

graphql`
  mutation RecordSendMutation($input: RecordSendInput!) {
    recordSend(input: $input) {
      id
      sentAt
      lead { id }
      assets { id title }
    }
  }
`;

graphql`
  mutation RetitleMutation($id: ID!, $title: String!) {
    updateAsset(id: $id, input: { title: $title }) {
      id
      title
    }
  }
`;
