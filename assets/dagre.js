// Where the nodes of a flow go when it is drawn.

export { Graph, layout } from "@dagrejs/dagre";
